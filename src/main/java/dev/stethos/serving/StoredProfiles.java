package dev.stethos.serving;

import dev.stethos.edit.intake.IncomingProfile;
import dev.stethos.edit.intake.ProfileRemoval;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.serving.ProfileConflictException.Reason;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The profile store behind a served model: profiles are tried, come in and are deleted while it
/// serves. What is active or in use is not touched.
public final class StoredProfiles {
    private static final Logger LOG = Logger.getLogger(StoredProfiles.class);

    private final ProfileStore store;
    private final ProfileLoader loader;
    private final ProfileMemory memory;
    private final Residents residents;
    private final ServingMetrics metrics;
    private final ReentrantLock changing;

    /// Trials take memory for a moment and nothing makes way for them, so there is one at a time.
    private final ReentrantLock trying = new ReentrantLock();

    StoredProfiles(
            ProfileStore store,
            ProfileLoader loader,
            ProfileMemory memory,
            Residents residents,
            ServingMetrics metrics,
            ReentrantLock changing) {
        this.store = store;
        this.loader = loader;
        this.memory = memory;
        this.residents = residents;
        this.metrics = metrics;
        this.changing = changing;
    }

    /// A profile that the store took in.
    ///
    /// @param revision what it is applied to this base
    /// @param isNew false when the store had the same content
    public record Accepted(String profile, String revision, boolean isNew) {}

    /// A place for a profile that is being sent, which the caller closes.
    public IncomingProfile receive() {
        return new IncomingProfile(store);
    }

    /// Checks a received profile as loading would, proof of effect included, and gives it its
    /// place.
    public Accepted accept(IncomingProfile incoming, String actor) {
        ProfileFolder folder = incoming.complete();
        String name = folder.profile().name();
        String revision = tried(folder, null);
        boolean isNew;
        changing.lock();
        try {
            isNew = incoming.publish();
        } finally {
            changing.unlock();
        }
        LOG.infof("profile %s came into the store from %s, revision %s", name, actor, revision);
        return new Accepted(name, revision, isNew);
    }

    /// Builds and proves a profile's revision and drops it again. Returns the revision's id.
    public String verify(String profile, @Nullable Double scale) {
        return tried(store.load(profile), scale);
    }

    /// The id of the revision that a stored profile is at that scale, or null for its own; nothing
    /// is built.
    public String revision(String profile, @Nullable Double scale) {
        return loader.revision(store.load(profile), scale);
    }

    /// Removes a profile from the store, and from memory where nobody uses it.
    public void delete(String profile, String actor) {
        changing.lock();
        try {
            List<Resident> held =
                    residents.all().stream()
                            .filter(resident -> resident.name().equals(profile))
                            .toList();
            for (Resident resident : held) {
                requireIdle(resident);
            }
            ProfileRemoval.remove(store, profile);
            for (Resident resident : held) {
                if (residents.remove(resident)) {
                    metrics.gone(resident);
                }
            }
        } finally {
            changing.unlock();
        }
        LOG.infof("profile %s was deleted from the store by %s", profile, actor);
    }

    private void requireIdle(Resident resident) {
        boolean active = resident == residents.active();
        if (active || resident.pins() > 0) {
            throw new ProfileConflictException(
                    Reason.IN_USE,
                    "profile '%s': it is %s, allowed are others"
                            .formatted(
                                    resident.profile(),
                                    active
                                            ? "active"
                                            : "used by %d requests".formatted(resident.pins())));
        }
    }

    private String tried(ProfileFolder folder, @Nullable Double scale) {
        trying.lock();
        try {
            Resident fresh = loader.load(folder, scale, revision -> null, memory::take);
            String id = fresh.revision().id();
            fresh.retire();
            return id;
        } finally {
            trying.unlock();
        }
    }
}
