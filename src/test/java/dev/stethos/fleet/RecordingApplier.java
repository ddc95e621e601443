package dev.stethos.fleet;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Pretends to swap: remembers what it was asked for, and refuses what it is told to refuse. The
/// revision is the version that was applied.
final class RecordingApplier implements ProfileApplier {
    private final AtomicInteger atWork;
    private final AtomicInteger mostAtWork;
    private final List<String> applied = new CopyOnWriteArrayList<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Semaphore gate = new Semaphore(1_000_000);
    private volatile Active active;

    RecordingApplier(Active active, AtomicInteger atWork, AtomicInteger mostAtWork) {
        this.active = active;
        this.atWork = atWork;
        this.mostAtWork = mostAtWork;
    }

    RecordingApplier(Active active) {
        this(active, new AtomicInteger(), new AtomicInteger());
    }

    static String revision(DesiredProfile desired) {
        return "rev-" + desired.profile() + "-" + desired.version();
    }

    void refuse(String profile) {
        refused.add(profile);
    }

    void allow(String profile) {
        refused.remove(profile);
    }

    /// From now on swaps wait until [#open].
    void shut() {
        int _ = gate.drainPermits();
    }

    void open() {
        gate.release(1000);
    }

    List<String> applied() {
        return List.copyOf(applied);
    }

    @Override
    public Active active() {
        return active;
    }

    @Override
    public boolean isActive(DesiredProfile desired) {
        return active.profile().equals(desired.profile());
    }

    @Override
    public Active apply(DesiredProfile desired) {
        mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
        try {
            gate.acquireUninterruptibly();
            if (refused.contains(desired.profile())) {
                throw new IllegalStateException("profile " + desired.profile() + " is refused");
            }
            active = new Active(desired.profile(), revision(desired));
            applied.add(desired.profile());
            return active;
        } finally {
            atWork.decrementAndGet();
        }
    }
}
