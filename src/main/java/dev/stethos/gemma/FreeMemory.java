package dev.stethos.gemma;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Memory that this process may still take, from Linux' `meminfo` and the limits of its control
/// group (version 2). Pages of mapped files that the system would give up count as free.
public final class FreeMemory {
    private static final Path GROUP = Path.of("/sys/fs/cgroup");

    private FreeMemory() {}

    /// In bytes; 0 where the system does not say.
    public static long bytes() {
        return bytes(lines(Path.of("/proc/meminfo")), GROUP);
    }

    static long bytes(List<String> meminfo, Path group) {
        long free = available(meminfo);
        List<String> limit = lines(group.resolve("memory.max"));
        List<String> used = lines(group.resolve("memory.current"));
        if (limit.isEmpty() || used.isEmpty() || limit.getFirst().strip().equals("max")) {
            return free;
        }
        long reclaimable = 0;
        for (String line : lines(group.resolve("memory.stat"))) {
            if (line.startsWith("inactive_file ")) {
                reclaimable = Long.parseLong(line.split(" ", 2)[1].strip());
            }
        }
        long left =
                Long.parseLong(limit.getFirst().strip())
                        - Long.parseLong(used.getFirst().strip())
                        + reclaimable;
        return Math.max(0, Math.min(free, left));
    }

    /// What `meminfo` calls available; 0 where it does not say.
    static long available(List<String> meminfo) {
        for (String line : meminfo) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length == 3 && words[0].equals("MemAvailable:")) {
                return Long.parseLong(words[1]) * 1024;
            }
        }
        return 0;
    }

    /// A file's lines; none where it cannot be read.
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}
