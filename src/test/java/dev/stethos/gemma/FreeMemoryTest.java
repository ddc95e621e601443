package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
    private static final List<String> MEMINFO =
            List.of("MemTotal:  2048 kB", "MemAvailable:    1000 kB");

    @TempDir private Path group;

    @Test
    void isWhatTheSystemCallsAvailable() throws IOException {
        assertThat(FreeMemory.bytes(MEMINFO, group)).isEqualTo(1_024_000);
        group("max", "5", "");
        assertThat(FreeMemory.bytes(MEMINFO, group)).isEqualTo(1_024_000);
        assertThat(FreeMemory.bytes(List.of(), group)).isZero();
    }

    @Test
    void isNoMoreThanTheControlGroupLeaves() throws IOException {
        group("500000", "300000", "anon 7\ninactive_file 100000\nactive_file 9\n");
        assertThat(FreeMemory.bytes(MEMINFO, group)).isEqualTo(300_000);
        group("500000", "700000", "anon 7\n");
        assertThat(FreeMemory.bytes(MEMINFO, group)).isZero();
        group("5000000", "1", "anon 7\n");
        assertThat(FreeMemory.bytes(MEMINFO, group)).isEqualTo(1_024_000);
    }

    private void group(String max, String current, String stat) throws IOException {
        Files.writeString(group.resolve("memory.max"), max + "\n");
        Files.writeString(group.resolve("memory.current"), current + "\n");
        Files.writeString(group.resolve("memory.stat"), stat);
    }
}
