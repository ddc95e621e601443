package dev.stethos.serving;

import dev.stethos.serving.ProfileChange.Target;
import dev.stethos.serving.ProfileConflictException.Reason;
import dev.stethos.serving.ServedModel.ModelCard;
import dev.stethos.serving.options.ServingOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Changes what a served model holds and what its name stands for, while it serves. One change at a
/// time; a revision is built and proved beside the running ones and then takes over at once, for
/// the requests that come after. A change that fails changes nothing.
public final class ProfileControl {
    private static final Logger LOG = Logger.getLogger(ProfileControl.class);

    private final Residents residents;
    private final ProfileLoader loader;
    private final ServingMetrics metrics;
    private final ChangeLog log;
    private final ProfileMemory memory;
    private final ReentrantLock changing;

    ProfileControl(
            Residents residents,
            ProfileLoader loader,
            ServingMetrics metrics,
            ChangeLog log,
            ProfileMemory memory,
            ReentrantLock changing) {
        this.residents = residents;
        this.loader = loader;
        this.metrics = metrics;
        this.log = log;
        this.memory = memory;
        this.changing = changing;
    }

    /// Everything by name, the base included.
    public List<ProfileStatus> profiles() {
        return ProfileStatus.all(loader.list(), residents);
    }

    /// What the served name stands for.
    public ModelCard active() {
        return residents.activeCard();
    }

    /// What was active when the last process ended, null when nothing was ever changed.
    @Nullable Target lastActive() {
        return log.lastActive();
    }

    /// Makes a profile active without a change to tell of.
    void start(Target target) {
        changing.lock();
        try {
            Resident resident = resident(target.profile(), target.scale());
            String before = target.revision();
            if (before != null && !before.equals(resident.revision().id())) {
                LOG.warnf(
                        "profile %s was active as revision %s, the store's is %s",
                        target.profile(), before, resident.revision().id());
            }
            residents.activate(resident);
        } finally {
            changing.unlock();
        }
    }

    /// Brings a profile into memory as it is in the store now, at its own scale when `scale` is
    /// null. It answers under `<served>:<profile>`, with `@scale` behind it for another scale.
    public void load(String profile, @Nullable Double scale) {
        changing.lock();
        try {
            Resident _ = resident(profile, scale);
        } finally {
            changing.unlock();
        }
    }

    /// Lets a profile go; its memory is freed when the last request that uses it has ended.
    public void unload(String profile) {
        changing.lock();
        try {
            Resident resident = residents.get(profile);
            if (resident == null) {
                throw new UnknownModelException("profile '" + profile + "' is not in memory");
            }
            if (profile.equals(ServingOptions.BASE) || !residents.remove(resident)) {
                throw new ProfileConflictException(
                        Reason.IN_USE,
                        "profile '%s': it is %s, allowed are others"
                                .formatted(
                                        profile,
                                        profile.equals(ServingOptions.BASE)
                                                ? "the base"
                                                : "active"));
            }
            metrics.gone(resident);
        } finally {
            changing.unlock();
        }
    }

    /// Makes a profile, or `base`, what the served name stands for.
    ///
    /// @param scale null for the profile's own
    /// @param expected the revision that the caller believes active, null for any
    /// @param actor who asks, for the history
    public ProfileChange activate(
            String profile, @Nullable Double scale, @Nullable String expected, String actor) {
        changing.lock();
        try {
            return change(new Target(profile, scale, null), expected, actor);
        } finally {
            changing.unlock();
        }
    }

    /// Goes back to what was active before the last change.
    public ProfileChange rollback(@Nullable String expected, String actor) {
        changing.lock();
        try {
            Resident active = residents.active();
            for (ProfileChange change : log.changes()) {
                if (change.outcome().equals(ProfileChange.ACTIVE)
                        && active.revision().id().equals(change.to().revision())) {
                    return change(change.from(), expected, actor);
                }
            }
            throw new ProfileConflictException(
                    Reason.NO_PREVIOUS,
                    "rollback: nothing was active before revision " + active.revision().id());
        } finally {
            changing.unlock();
        }
    }

    /// What was tried before, the newest first.
    public List<ProfileChange> history() {
        return log.changes();
    }

    private ProfileChange change(Target wanted, @Nullable String expected, String actor) {
        Resident before = residents.active();
        if (expected != null && !expected.equals(before.revision().id())) {
            throw new ProfileConflictException(
                    Reason.NOT_ACTIVE,
                    "revision %s was given as the active one, active is %s"
                            .formatted(expected, before.revision().id()));
        }
        String time = Instant.now().toString();
        long begin = System.nanoTime();
        Target from = target(before);
        try {
            log.begin(change(time, actor, from, wanted, begin, ProfileChange.BEGUN, null));
            Resident after = resident(wanted.profile(), wanted.scale());
            ProfileChange change =
                    change(time, actor, from, target(after), begin, ProfileChange.ACTIVE, null);
            log.add(change);
            residents.activate(after);
            return change;
        } catch (RuntimeException | OutOfMemoryError e) {
            String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
            try {
                log.add(change(time, actor, from, wanted, begin, ProfileChange.FAILED, reason));
            } catch (HistoryWriteException unwritten) {
                e.addSuppressed(unwritten);
            }
            throw e;
        }
    }

    private static ProfileChange change(
            String time,
            String actor,
            Target from,
            Target to,
            long begin,
            String outcome,
            @Nullable String reason) {
        long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        return new ProfileChange(time, actor, from, to, millis, outcome, reason);
    }

    private static Target target(Resident resident) {
        return new Target(resident.name(), resident.scaleGiven(), resident.revision().id());
    }

    /// The resident revision of what the store holds now, built if it is not there.
    private Resident resident(String profile, @Nullable Double scale) {
        Resident base = residents.get(ServingOptions.BASE);
        if (profile.equals(ServingOptions.BASE) && base != null) {
            return base;
        }
        Resident resident =
                metrics.timeApply(() ->
                        loader.load(profile, scale, id -> known(profile, id), this::makeRoom));
        if (residents.get(resident.profile()) != resident) {
            Resident before = residents.get(resident.profile());
            residents.add(resident);
            if (before != null) {
                metrics.gone(before);
            }
            metrics.resident(resident);
        }
        return resident;
    }

    /// Another profile of the same content is not the one that was asked for: it leaves on its own.
    private @Nullable Resident known(String profile, String revision) {
        return residents.all().stream()
                .filter(resident -> resident.name().equals(profile))
                .filter(resident -> resident.revision().id().equals(revision))
                .findFirst()
                .orElse(null);
    }

    /// Lets those go that nobody uses, the least recently used first, until `bytes` more fit, and
    /// takes them.
    private void makeRoom(long bytes) {
        if (memory.tryTake(bytes)) {
            return;
        }
        for (Resident idle : residents.all()) {
            if (!idle.profile().equals(ServingOptions.BASE)
                    && idle.pins() == 0
                    && residents.remove(idle)) {
                metrics.gone(idle);
                if (memory.tryTake(bytes)) {
                    return;
                }
            }
        }
        memory.take(bytes);
    }
}
