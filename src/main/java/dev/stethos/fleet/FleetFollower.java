package dev.stethos.fleet;

import dev.stethos.fleet.DesiredProfileWatch.Wish;
import dev.stethos.fleet.PodReport.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Brings one pod to the desired profile: watches it, waits for its turn, applies it, says so. What
/// cannot be applied leaves the old profile active and is tried again, less and less often; a pod
/// that serves no profile that the fleet asked for takes no turn, because nobody waits for it. One
/// thread does all of it.
final class FleetFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FleetFollower.class);
    private static final int MAX_DOUBLINGS = 5;

    private final FleetOptions options;
    private final ProfileApplier applier;
    private final FleetMetrics metrics;
    private final PodReport report;
    private final RolloutTurn turn;
    private final DesiredProfileWatch watch;
    private final BlockingQueue<Wish> changed = new ArrayBlockingQueue<>(1);
    private final Thread thread;

    private volatile @Nullable DesiredProfile applied;
    private @Nullable DesiredProfile failed;
    private boolean asked;
    private boolean reported;
    private boolean known;
    private int failures;
    private long notBefore;
    private volatile boolean stopped;

    FleetFollower(
            KubernetesClient client,
            FleetOptions options,
            ProfileApplier applier,
            FleetMetrics metrics) {
        this.options = options;
        this.applier = applier;
        this.metrics = metrics;
        report = new PodReport(client, options);
        turn = new RolloutTurn(client, options, System::nanoTime);
        watch =
                new DesiredProfileWatch(
                        client,
                        options,
                        wish -> {
                            boolean _ = changed.offer(wish);
                        },
                        metrics::apiFailed);
        thread = Thread.ofPlatform().daemon().name("stethos-fleet").unstarted(this::run);
    }

    void start() {
        metrics.states(watch::isWatching, this::isInSync);
        watch.start();
        thread.start();
    }

    /// Whether the desired profile is the applied one.
    boolean isInSync() {
        return watch.wish() instanceof Wish.Wanted wanted && wanted.desired().equals(applied);
    }

    private void run() {
        Duration pause = Duration.ZERO;
        while (!stopped) {
            try {
                Wish _ = changed.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
                pause = step();
            } catch (InterruptedException e) {
                pause = options.retry();
            } catch (KubernetesClientException e) {
                metrics.apiFailed();
                LOG.warnf("the Kubernetes API did not do as asked: %s", e.getMessage());
                pause = options.retry();
            } catch (RuntimeException e) {
                LOG.error("the desired profile could not be followed, trying again", e);
                pause = options.retry();
            }
        }
    }

    /// Does what can be done now; returns how long nothing else will be to do.
    private Duration step() {
        recall();
        return switch (watch.wish()) {
            case Wish.None none -> idle("NoDesiredProfile", "no desired profile was seen");
            case Wish.Invalid invalid -> idle("InvalidDesiredProfile", invalid.reason());
            case Wish.Wanted wanted -> follow(wanted.desired());
        };
    }

    /// Once: whether an earlier process of this pod was asked to serve what is active now.
    private void recall() {
        if (!known) {
            asked = applier.active().revision().equals(report.appliedRevision());
            known = true;
        }
    }

    private Duration idle(String reason, String message) {
        report.condition(new Condition(asked, reason, message));
        return options.retry().multipliedBy(1L << MAX_DOUBLINGS);
    }

    private Duration follow(DesiredProfile desired) {
        DesiredProfile now = applied;
        if (now != null && now.sameContent(desired)) {
            if (!now.equals(desired)) {
                done(desired);
            }
            return told(desired);
        }
        if (!desired.equals(failed)) {
            failures = 0;
            notBefore = System.nanoTime();
        }
        long left = notBefore - System.nanoTime();
        if (left > 0) {
            return Duration.ofNanos(left);
        }
        return asked ? inTurn(desired) : attempt(desired);
    }

    private Duration inTurn(DesiredProfile desired) {
        if (!turn.take()) {
            report.condition(new Condition(true, "WaitingForTurn", "version " + desired.version()));
            return options.retry();
        }
        try {
            return attempt(desired);
        } finally {
            giveBack();
        }
    }

    /// A turn that cannot be given back runs out by itself.
    private void giveBack() {
        try {
            turn.giveBack();
        } catch (KubernetesClientException e) {
            metrics.apiFailed();
            LOG.warnf("the turn could not be given back: %s", e.getMessage());
        }
    }

    private Duration attempt(DesiredProfile desired) {
        try {
            if (applied != null || !applier.isActive(desired)) {
                ProfileApplier.Active active = applier.apply(desired);
                LOG.infof(
                        "version %s: profile %s is active as %s",
                        desired.version(), active.profile(), active.revision());
                metrics.applied();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            return refused(desired, Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        done(desired);
        return told(desired);
    }

    private void done(DesiredProfile desired) {
        applied = desired;
        failed = null;
        failures = 0;
        asked = true;
        reported = false;
    }

    /// Tells what is applied until that was heard.
    private Duration told(DesiredProfile desired) {
        if (!reported) {
            report.applied(desired, applier.active());
            report.condition(new Condition(true, "Applied", "version " + desired.version()));
            reported = true;
        }
        return options.retry().multipliedBy(1L << MAX_DOUBLINGS);
    }

    private Duration refused(DesiredProfile desired, String reason) {
        String message = "version %s: %s".formatted(desired.version(), reason);
        Duration pause = options.retry().multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        boolean first = !desired.equals(failed);
        failed = desired;
        failures++;
        notBefore = System.nanoTime() + pause.toNanos();
        metrics.failed();
        LOG.errorf("%s; %s stays active", message, applier.active().profile());
        report.condition(new Condition(asked, "ApplyFailed", message));
        if (first) {
            report.event(true, "ApplyFailed", message);
        }
        return pause;
    }

    /// Stops following; what is active stays.
    @Override
    public void close() {
        stopped = true;
        watch.close();
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
