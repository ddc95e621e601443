package dev.stethos.evaluation.algebra;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs tasks with a limit on their time. One that does not end in time is interrupted and left
/// behind; while too many of those go on, nothing more is started. Safe from any thread.
final class BoundedWorker {
    private static final int MOST_AT_ONCE = 4;
    private static final long STACK_BYTES = 16L << 20;

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final String name;

    BoundedWorker(String name) {
        this.name = name;
    }

    /// The task's result; nothing when it failed, ran over the limit or found no place within it.
    <T> Optional<T> within(Duration limit, Callable<T> task) {
        try {
            if (!limit.isPositive() || !places.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread =
                new Thread(
                        null,
                        () -> {
                            try {
                                future.run();
                            } finally {
                                places.release();
                            }
                        },
                        name,
                        STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        try {
            return Optional.ofNullable(future.get(limit.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            future.cancel(true);
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
