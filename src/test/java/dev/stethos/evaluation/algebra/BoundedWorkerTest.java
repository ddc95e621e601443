package dev.stethos.evaluation.algebra;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BoundedWorkerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void givesTheResultOrNothingForAFailure() {
        BoundedWorker worker = new BoundedWorker("test");
        assertThat(worker.within(LONG, () -> 5)).contains(5);
        assertThat(
                        worker.<Integer>within(
                                LONG,
                                () -> {
                                    throw new StackOverflowError();
                                }))
                .isEmpty();
        assertThat(worker.within(LONG, () -> 6)).contains(6);
    }

    /// Four tasks that heed no interrupt take all places; when they end the worker works again.
    @Test
    void startsNothingMoreWhileTooManyGoOn() {
        BoundedWorker worker = new BoundedWorker("test");
        CountDownLatch places = new CountDownLatch(4);
        CountDownLatch free = new CountDownLatch(1);
        try {
            while (places.getCount() > 0) {
                assertThat(worker.within(SHORT, () -> stubborn(places, free))).isEmpty();
            }
            assertThat(worker.within(SHORT, () -> 5)).isEmpty();
        } finally {
            free.countDown();
        }
        assertThat(worker.within(LONG, () -> 5)).contains(5);
    }

    private static int stubborn(CountDownLatch places, CountDownLatch free) {
        places.countDown();
        while (true) {
            try {
                free.await();
                return 0;
            } catch (InterruptedException e) {
                // That is what it does not heed.
                continue;
            }
        }
    }
}
