package dev.stethos.evaluation.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.stethos.evaluation.jobs.storage.EvaluationDefinition;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import org.jspecify.annotations.Nullable;

/// An evaluation as clients see it; times are ISO 8601 in UTC.
@JsonInclude(JsonInclude.Include.NON_NULL)
record EvaluationView(
        String id,
        String object,
        EvaluationStatus status,
        @Nullable String error,
        String createdAt,
        @Nullable String startedAt,
        @Nullable String finishedAt,
        int items,
        int documents,
        EvaluationDefinition definition) {

    static EvaluationView of(StoredEvaluation evaluation) {
        return new EvaluationView(
                evaluation.id(),
                "evaluation",
                evaluation.status(),
                evaluation.error(),
                evaluation.createdAt().toString(),
                evaluation.startedAt() == null ? null : evaluation.startedAt().toString(),
                evaluation.finishedAt() == null ? null : evaluation.finishedAt().toString(),
                evaluation.items(),
                evaluation.documents(),
                evaluation.definition());
    }
}
