package dev.stethos.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class PeakMemoryTest {
    private static final long SIZE = 256L << 20;

    @Test
    void remembersWhatWasFreed() throws InterruptedException {
        try (PeakMemory peak = PeakMemory.watching()) {
            long before = peak.bytes();
            assertThat(before).isPositive();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment _ = arena.allocate(SIZE).fill((byte) 1);
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (System.nanoTime() < end && !peak.hasSeen(before + SIZE / 2)) {
                    Thread.sleep(5);
                }
            }
            assertThat(peak.bytes()).isGreaterThan(before + SIZE / 2);
            assertThat(peak.words()).matches("peak memory: \\d+\\.\\d\\d GB anonymous, .* files");
        }
    }
}
