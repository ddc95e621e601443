package dev.stethos.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.FutureTask;

/// Steps of other engines that wait for this one's device. While this engine has sequences, all
/// such work together takes at most its share of the device's time: after each step a pause
/// follows. Without sequences it runs at once. Used by the device thread only.
final class GuestWork {
    private final Deque<Task> waiting = new ArrayDeque<>();
    private long pauseEnd = System.nanoTime();

    void add(Task task) {
        waiting.add(task);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Runs the next one if it is its time.
    void run(boolean hostIsIdle) {
        if (waiting.isEmpty() || (!hostIsIdle && System.nanoTime() - pauseEnd < 0)) {
            return;
        }
        Task next = waiting.remove();
        long begin = System.nanoTime();
        next.work().run();
        long end = System.nanoTime();
        pauseEnd = end + pause(end - begin, next.share());
    }

    /// How long after work of so many nanoseconds there is no more.
    static long pause(long nanos, double share) {
        return (long) (nanos * (1 - share) / share);
    }

    void cancel() {
        waiting.forEach(task -> task.work().cancel(false));
        waiting.clear();
    }

    /// Work that takes at most `share` (above 0, up to 1) of the device's time.
    record Task(FutureTask<?> work, double share) {
        Task {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "share: %s was given, allowed is above 0, up to 1".formatted(share));
            }
        }
    }
}
