package dev.stethos.cli.options;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// The most anonymous memory that this process has while it is open, which leaves out the pages of
/// mapped files, such as weights. Looked at every few milliseconds by a thread of its own, so that
/// a shorter peak may be missed. Knows nothing where the system is not Linux.
public final class PeakMemory implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long PAUSE_MILLIS = 20;
    private static final double GIGABYTE = 1e9;

    private final AtomicLong most = new AtomicLong();
    private final Thread watcher;

    private PeakMemory() {
        watcher = Thread.ofPlatform().name("stethos-peak-memory").daemon().unstarted(this::watch);
    }

    /// Watches from now on.
    public static PeakMemory watching() {
        PeakMemory peak = new PeakMemory();
        peak.watcher.start();
        return peak;
    }

    private void watch() {
        try {
            while (look()) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean look() {
        long now = read("RssAnon:");
        most.accumulateAndGet(now, Math::max);
        return now > 0;
    }

    /// Whether the watching thread has seen so many bytes by now.
    boolean hasSeen(long bytes) {
        return most.get() >= bytes;
    }

    /// In bytes; 0 where the system does not say.
    public long bytes() {
        boolean _ = look();
        return most.get();
    }

    /// In words; empty where the system does not say.
    public String words() {
        long bytes = bytes();
        return bytes == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "peak memory: %.2f GB anonymous, %.2f GB with mapped files",
                        bytes / GIGABYTE,
                        read("VmHWM:") / GIGABYTE);
    }

    private static long read(String field) {
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.UTF_8)) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.split("\\s+", -1)[1]) * 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
