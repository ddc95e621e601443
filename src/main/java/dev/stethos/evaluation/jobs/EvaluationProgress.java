package dev.stethos.evaluation.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.stethos.evaluation.jobs.storage.AnswerStore.Mark;
import dev.stethos.evaluation.jobs.storage.EvaluationStatus;
import dev.stethos.evaluation.jobs.storage.StoredEvaluation;
import dev.stethos.stats.McNemar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How far an evaluation is and what it looks like so far, by the first sample of each item of its
/// first suite. Before the end the p-value is a peek: stopping because of it would not keep its
/// error rate.
///
/// @param done items graded and documents scored, of `total`
/// @param items graded ones, which the estimates are of
/// @param peeking whether the evaluation goes on
/// @param note what the numbers are worth while it does
public record EvaluationProgress(
        String id,
        EvaluationStatus status,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String error,
        int done,
        int total,
        int items,
        int baselineCorrect,
        int candidateCorrect,
        int onlyBaseline,
        int onlyCandidate,
        double difference,
        double mcnemarP,
        boolean peeking,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {

    /// What every running estimate says of itself.
    static final String INTERIM =
            "interim look at the items so far, no test result: the verdict is the completed report's";

    static EvaluationProgress of(StoredEvaluation evaluation, int done, List<Mark> marks) {
        Map<Integer, Boolean> baseline = new HashMap<>();
        int candidateCorrect = 0;
        int onlyBaseline = 0;
        int onlyCandidate = 0;
        int items = 0;
        for (Mark mark : marks) {
            if (mark.position() >= evaluation.ownItems()) {
                break;
            }
            if (mark.arm() == 0) {
                baseline.put(mark.position(), mark.correct());
                continue;
            }
            boolean first = Boolean.TRUE.equals(baseline.get(mark.position()));
            items++;
            candidateCorrect += mark.correct() ? 1 : 0;
            onlyBaseline += first && !mark.correct() ? 1 : 0;
            onlyCandidate += mark.correct() && !first ? 1 : 0;
        }
        return new EvaluationProgress(
                evaluation.id(),
                evaluation.status(),
                evaluation.error(),
                done,
                evaluation.items() + evaluation.documents(),
                items,
                candidateCorrect + onlyBaseline - onlyCandidate,
                candidateCorrect,
                onlyBaseline,
                onlyCandidate,
                items == 0 ? 0 : (onlyCandidate - onlyBaseline) / (double) items,
                new McNemar(onlyBaseline, onlyCandidate).pValue(),
                evaluation.status().isOpen(),
                evaluation.status().isOpen() ? INTERIM : null);
    }
}
