package dev.stethos.openai.request;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.web.ApiException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/completions`. `prompt_logprobs` is vLLM's.
@JsonNaming(SnakeCaseStrategy.class)
public record CompletionRequest(
        @Nullable String model,
        @Nullable CompletionPrompt prompt,
        @Nullable Integer maxTokens,
        @Nullable Integer logprobs,
        @Nullable Integer promptLogprobs,
        @Nullable Boolean echo,
        @Nullable Integer bestOf,
        @Nullable Double temperature,
        @Nullable Integer topK,
        @Nullable Double topP,
        @Nullable Double minP,
        @Nullable Double repetitionPenalty,
        @Nullable Double presencePenalty,
        @Nullable Double frequencyPenalty,
        @Nullable Map<String, Double> logitBias,
        @Nullable Long seed,
        @Nullable Integer n,
        @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                @Nullable List<String> stop,
        @Nullable List<Integer> stopTokenIds,
        @Nullable Boolean ignoreEos,
        @Nullable Boolean stream,
        @Nullable StreamOptions streamOptions,
        @Nullable String serviceTier,
        @JsonAnySetter @Nullable Map<String, JsonNode> others)
        implements GenerationFields {

    public static final int DEFAULT_MAX_TOKENS = 16;
    static final int MAX_LOGPROBS = 5;
    static final int MAX_PROMPT_LOGPROBS = 20;

    public CompletionRequest {
        // `echo` stands among the fields that others may not use.
        OtherFields.check("", others);
        if (bestOf != null && bestOf != (n == null ? 1 : n)) {
            throw ApiException.unsupported(
                    "best_of", "this server returns every choice it makes; leave it out or give n");
        }
        if (promptLogprobs != null && Boolean.TRUE.equals(stream)) {
            throw ApiException.unsupported("prompt_logprobs", "not in a stream");
        }
        Bounds.integer("logprobs", logprobs, 0, MAX_LOGPROBS, -1);
        Bounds.integer("prompt_logprobs", promptLogprobs, 0, MAX_PROMPT_LOGPROBS, -1);
    }

    public boolean echoes() {
        return Boolean.TRUE.equals(echo);
    }

    /// -1: no log probabilities of generated tokens; 0: of the chosen tokens alone.
    public int wantedLogprobs() {
        return logprobs == null ? -1 : logprobs;
    }

    /// -1: no log probabilities of the prompt beside those of `echo`.
    public int wantedPromptLogprobs() {
        return promptLogprobs == null ? -1 : promptLogprobs;
    }

    /// Whether the engine must score the prompt: asked for, echoed with its log probabilities, or
    /// the only thing to do.
    public boolean scoresPrompt() {
        return promptLogprobs != null
                || (echoes() && (logprobs != null || Integer.valueOf(0).equals(maxTokens)));
    }

    /// The engine's one number for prompt and generated tokens.
    public int engineLogprobs() {
        int most = Math.max(wantedLogprobs(), wantedPromptLogprobs());
        return scoresPrompt() ? Math.max(0, most) : most;
    }
}
