package dev.stethos.evaluation.web;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.web.ApiException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/math/solutions`.
///
/// @param model a model id; the served name if absent
/// @param n solutions to draw; 1 if absent
/// @param temperature if absent 0 for one solution, 0.7 for several
record SolutionRequest(
        @Nullable String problem,
        @Nullable String model,
        @Nullable Integer n,
        @Nullable Double temperature,
        @Nullable Long seed,
        @JsonProperty("max_tokens") @Nullable Integer maxTokens,
        @JsonAnySetter @Nullable Map<String, JsonNode> others) {

    private static final int MOST = 64;
    private static final int LONGEST = 1 << 16;
    private static final double FOR_SEVERAL = 0.7;

    SolutionRequest {
        EvaluationRequest.refuse(others, "problem, model, n, temperature, seed, max_tokens");
    }

    String text() {
        String text = EvaluationRequest.required("problem", problem);
        if (text.isBlank() || text.length() > LONGEST) {
            throw ApiException.invalidValue(
                    "problem",
                    text.length() + " characters",
                    "1 to " + LONGEST + ", not all blank");
        }
        return text;
    }

    int count() {
        int count = n == null ? 1 : n;
        if (count < 1 || count > MOST) {
            throw ApiException.invalidValue("n", count, "1 to " + MOST);
        }
        return count;
    }

    /// How the solution of an index is drawn.
    SamplingParams sampling(int index) {
        double heat = temperature == null ? (count() == 1 ? 0 : FOR_SEVERAL) : temperature;
        return EvaluationResource.allowed(
                () -> new SamplingParams(heat, 0, 1, 0, 1, 0, 0, Map.of(), seed).forChoice(index));
    }
}
