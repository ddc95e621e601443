package dev.stethos.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ResidentTest {
    private final AtomicInteger freed = new AtomicInteger();
    private final Resident resident =
            new Resident("p", null, 1, Revision.base("r", Map.of()), 0, freed::incrementAndGet);

    @Test
    void isFreedWhenItsLastPinIsReleasedAfterRetiring() {
        assertThat(resident.acquire()).isTrue();
        assertThat(resident.acquire()).isTrue();
        resident.retire();
        assertThat(resident.acquire()).isFalse();
        resident.release();
        assertThat(freed).hasValue(0);
        resident.release();
        assertThat(freed).hasValue(1);
    }

    @Test
    void isFreedAtOnceWhenRetiredUnpinnedAndOnlyOnce() {
        resident.retire();
        resident.retire();
        assertThat(freed).hasValue(1);
    }

    @Test
    void staysWhileItIsNotRetired() {
        resident.acquire();
        resident.release();
        assertThat(freed).hasValue(0);
        assertThat(resident.pins()).isZero();
    }

    @Test
    void refusesToBeReleasedMoreOftenThanPinned() {
        assertThatThrownBy(resident::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isFreedExactlyOnceUnderConcurrentPins() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int k = 0; k < 10_000 && resident.acquire(); k++) {
                                    assertThat(freed).hasValue(0);
                                    resident.release();
                                }
                            }));
        }
        resident.retire();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(freed).hasValue(1);
        assertThat(resident.pins()).isZero();
    }
}
