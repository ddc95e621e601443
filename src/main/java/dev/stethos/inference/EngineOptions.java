package dev.stethos.inference;

import dev.stethos.inference.admission.Backlog;
import java.time.Duration;

/// The engine's limits: sequences that run at once, tokens of context each, prompt tokens that one
/// step may prefill, sequences that may wait, and how long after its submission a sequence must
/// have ended. `deterministic` makes a sequence's tokens independent of what else runs, for some
/// speed: prompts and revisions take turns, and every step's products have the same shapes.
/// `memory` bounds what the cache takes, `backlog` the work that may wait.
public record EngineOptions(
        int maxSequences,
        int maxLength,
        int prefillChunk,
        int queueCapacity,
        Duration deadline,
        boolean deterministic,
        CacheMemory memory,
        Backlog backlog) {
    private static final Duration LONGEST = Duration.ofHours(1);

    public EngineOptions {
        if (maxSequences < 1 || maxLength < 2 || prefillChunk < 1 || queueCapacity < 1) {
            throw new IllegalArgumentException(
                    "engine options: %d sequences, length %d, prefill chunk %d, queue %d; all must be positive"
                            .formatted(maxSequences, maxLength, prefillChunk, queueCapacity));
        }
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException(
                    "engine options: deadline %s; it must be positive".formatted(deadline));
        }
    }

    /// With a deadline of one hour.
    public EngineOptions(int maxSequences, int maxLength, int prefillChunk, int queueCapacity) {
        this(maxSequences, maxLength, prefillChunk, queueCapacity, LONGEST);
    }

    /// For throughput, with no bound in bytes and without kept prompts.
    public EngineOptions(
            int maxSequences,
            int maxLength,
            int prefillChunk,
            int queueCapacity,
            Duration deadline) {
        this(
                maxSequences,
                maxLength,
                prefillChunk,
                queueCapacity,
                deadline,
                false,
                CacheMemory.UNBOUNDED,
                Backlog.UNBOUNDED);
    }

    /// The same, deterministic.
    public EngineOptions deterministically() {
        return new EngineOptions(
                maxSequences,
                maxLength,
                prefillChunk,
                queueCapacity,
                deadline,
                true,
                memory,
                backlog);
    }

    /// The same with other bounds in bytes.
    public EngineOptions withMemory(CacheMemory other) {
        return new EngineOptions(
                maxSequences,
                maxLength,
                prefillChunk,
                queueCapacity,
                deadline,
                deterministic,
                other,
                backlog);
    }

    /// The same with another context.
    public EngineOptions withMaxLength(int length) {
        return new EngineOptions(
                maxSequences,
                length,
                prefillChunk,
                queueCapacity,
                deadline,
                deterministic,
                memory,
                backlog);
    }

    /// The same with another bound of the work that waits.
    public EngineOptions withBacklog(Backlog other) {
        return new EngineOptions(
                maxSequences,
                maxLength,
                prefillChunk,
                queueCapacity,
                deadline,
                deterministic,
                memory,
                other);
    }
}
