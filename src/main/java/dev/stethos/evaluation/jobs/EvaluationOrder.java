package dev.stethos.evaluation.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What somebody wants evaluated.
///
/// @param also further suites, asked in whole but for `limit`
/// @param baseline a model id, as is the candidate
/// @param subjects empty for all
/// @param limit items of each subject; null for all
/// @param controlDocuments documents of control text; null for all
public record EvaluationOrder(
        String suite,
        List<String> also,
        String baseline,
        String candidate,
        List<String> subjects,
        @Nullable Integer limit,
        @Nullable Integer controlDocuments,
        int samples,
        double temperature,
        long seed,
        boolean banUnworked) {

    public EvaluationOrder {
        also = List.copyOf(also);
        subjects = List.copyOf(subjects);
    }
}
