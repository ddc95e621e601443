package dev.stethos.evaluation.web;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.evaluation.jobs.EvaluationOrder;
import dev.stethos.web.ApiException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/evaluations`.
///
/// @param alsoSuites further suites for both arms, each with a part of the report; absent for none
/// @param baseline a model id, as is the candidate
/// @param subjects absent for all
/// @param limit items of each subject; absent for all
/// @param controlDocuments documents of control text; absent for all
/// @param samples answers of each arm to an item; 1 if absent
/// @param temperature 0 if absent
/// @param seed of the samples; 0 if absent
/// @param banUnworked whether the baseline answers again, the unworked answer forbidden
record EvaluationRequest(
        @Nullable String suite,
        @Nullable List<String> alsoSuites,
        @Nullable String baseline,
        @Nullable String candidate,
        @Nullable List<String> subjects,
        @Nullable Integer limit,
        @Nullable Integer controlDocuments,
        @Nullable Integer samples,
        @Nullable Double temperature,
        @Nullable Long seed,
        @Nullable Boolean banUnworked,
        @JsonAnySetter @Nullable Map<String, JsonNode> others) {

    private static final String FIELDS =
            "suite, alsoSuites, baseline, candidate, subjects, limit, controlDocuments, samples, temperature, seed, banUnworked";

    EvaluationRequest {
        refuse(others, FIELDS);
    }

    /// Refuses fields that nobody knows.
    static void refuse(@Nullable Map<String, JsonNode> others, String allowed) {
        if (others != null && !others.isEmpty()) {
            String field = others.keySet().iterator().next();
            String brief = field.length() <= 100 ? field : field.substring(0, 100) + "...";
            throw new ApiException(
                    400,
                    brief,
                    "unknown_parameter",
                    "%s: no such field, allowed are %s".formatted(brief, allowed));
        }
    }

    static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw ApiException.missing(field);
        }
        return value;
    }

    EvaluationOrder order() {
        return new EvaluationOrder(
                required("suite", suite),
                alsoSuites == null ? List.of() : alsoSuites,
                required("baseline", baseline),
                required("candidate", candidate),
                subjects == null ? List.of() : subjects,
                limit,
                controlDocuments,
                samples == null ? 1 : samples,
                temperature == null ? 0 : temperature,
                seed == null ? 0 : seed,
                Boolean.TRUE.equals(banUnworked));
    }
}
