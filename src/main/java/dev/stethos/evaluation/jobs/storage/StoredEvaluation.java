package dev.stethos.evaluation.jobs.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An evaluation as the database has it.
///
/// @param error why it failed; null otherwise
/// @param items how many problems it has, in all of its suites
/// @param documents how many documents of control text it has
public record StoredEvaluation(
        String id,
        EvaluationStatus status,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String error,
        EvaluationDefinition definition,
        int items,
        int documents) {

    /// How many problems its first suite has.
    public int ownItems() {
        return definition.also().isEmpty() ? items : definition.also().getFirst().from();
    }

    /// Chunks of items and documents, the documents after the items.
    public int chunks() {
        return (items + documents + definition.chunk() - 1) / definition.chunk();
    }
}
