package dev.stethos.evaluation.jobs.storage;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// Where an evaluation is in its life.
public enum EvaluationStatus {
    /// No item was begun.
    QUEUED,
    RUNNING,
    /// Every item is graded; the report is final.
    COMPLETED,
    CANCELLED,
    /// It cannot go on; its error says why.
    FAILED;

    /// Whether there may be work left.
    public boolean isOpen() {
        return this == QUEUED || this == RUNNING;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static EvaluationStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
