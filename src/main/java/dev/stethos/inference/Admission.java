package dev.stethos.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The bounded way from any thread to the device thread: sequences to run and work to do between
/// two steps. A sequence counts against the bound from its submission until its end.
final class Admission {
    private static final double RECENT = 0.1;
    private static final double SHORTEST_WAIT = 1;
    private static final double LONGEST_WAIT = 60;

    private final int slots;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private List<Sequence> sequences = new ArrayList<>();
    private List<FutureTask<?>> tasks = new ArrayList<>();
    private int live;
    private double meanSeconds;
    private boolean closed;

    Admission(EngineOptions options) {
        slots = options.maxSequences();
        limit = slots + options.queueCapacity();
    }

    /// Takes all sequences or, with [QueueFullException], none.
    void submit(List<Sequence> more) {
        lock.lock();
        try {
            requireOpen();
            if (more.size() > limit) {
                throw new IllegalArgumentException(
                        "%d sequences in one request, allowed are %d"
                                .formatted(more.size(), limit));
            }
            if (live + more.size() > limit) {
                throw new QueueFullException(
                        "%d sequences run or wait, %d are allowed and %d more were given"
                                .formatted(live, limit, more.size()),
                        retryAfter(live + more.size() - limit));
            }
            live += more.size();
            sequences.addAll(more);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void submit(FutureTask<?> task) {
        lock.lock();
        try {
            requireOpen();
            tasks.add(task);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The same, unless it is closed.
    void offer(FutureTask<?> task) {
        lock.lock();
        try {
            if (!closed) {
                tasks.add(task);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// What has arrived; when `wait` is set, waits until there is something or the engine closes.
    Arrivals take(boolean wait) {
        lock.lock();
        try {
            while (wait && !closed && sequences.isEmpty() && tasks.isEmpty()) {
                arrived.awaitUninterruptibly();
            }
            if (sequences.isEmpty() && tasks.isEmpty()) {
                return closed ? Arrivals.NONE_CLOSED : Arrivals.NONE;
            }
            Arrivals arrivals = new Arrivals(sequences, tasks, closed);
            sequences = new ArrayList<>();
            tasks = new ArrayList<>();
            return arrivals;
        } finally {
            lock.unlock();
        }
    }

    /// Tells that a sequence ended, so long after it got a slot; zero if it never did.
    void ended(Duration running) {
        double runningSeconds = running.toNanos() / 1e9;
        lock.lock();
        try {
            live--;
            if (runningSeconds > 0) {
                meanSeconds =
                        meanSeconds == 0
                                ? runningSeconds
                                : meanSeconds + RECENT * (runningSeconds - meanSeconds);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether a sequence has been submitted that has not ended.
    boolean isBusy() {
        lock.lock();
        try {
            return live > 0;
        } finally {
            lock.unlock();
        }
    }

    /// Refuses everything from now on.
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// When `places` more sequences should have ended, if they take as long as recent ones did.
    private Duration retryAfter(int places) {
        double seconds = Math.ceil(meanSeconds * places / slots);
        return Duration.ofSeconds((long) Math.clamp(seconds, SHORTEST_WAIT, LONGEST_WAIT));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }

    /// What arrived since the last look, and whether the engine is closed.
    record Arrivals(List<Sequence> sequences, List<FutureTask<?>> tasks, boolean closed) {
        static final Arrivals NONE = new Arrivals(List.of(), List.of(), false);
        static final Arrivals NONE_CLOSED = new Arrivals(List.of(), List.of(), true);
    }
}
