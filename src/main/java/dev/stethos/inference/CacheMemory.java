package dev.stethos.inference;

import org.jspecify.annotations.Nullable;

/// What keys and values may take, in bytes: `running` those of the sequences that run, `kept` those
/// of prompts that are kept for others which begin alike (0: none are). Null takes a share of the
/// memory that is free when the engine starts: three eighths and one eighth.
public record CacheMemory(@Nullable Long running, @Nullable Long kept) {
    /// No bound; no prompt is kept.
    public static final CacheMemory UNBOUNDED = new CacheMemory(Long.MAX_VALUE, 0L);

    /// Shares of the free memory.
    public static final CacheMemory AUTOMATIC = new CacheMemory(null, null);

    private static final int PARTS = 8;
    private static final int RUNNING_PARTS = 3;

    public CacheMemory {
        if ((running != null && running < 1) || (kept != null && kept < 0)) {
            throw new IllegalArgumentException(
                    "cache memory: %s bytes for running sequences, %s for kept prompts; allowed are 1 or more and 0 or more"
                            .formatted(running, kept));
        }
    }

    long running(long free) {
        return running == null ? free / PARTS * RUNNING_PARTS : running;
    }

    long kept(long free) {
        return kept == null ? free / PARTS : kept;
    }
}
