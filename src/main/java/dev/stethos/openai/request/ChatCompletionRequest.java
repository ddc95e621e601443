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

/// The body of `POST /v1/chat/completions`.
@JsonNaming(SnakeCaseStrategy.class)
public record ChatCompletionRequest(
        @Nullable String model,
        @Nullable List<ChatMessage> messages,
        @Nullable Integer maxTokens,
        @Nullable Integer maxCompletionTokens,
        @Nullable Boolean logprobs,
        @Nullable Integer topLogprobs,
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

    static final int MAX_TOP_LOGPROBS = 20;

    public ChatCompletionRequest {
        OtherFields.check("", others);
        if (topLogprobs != null && !Boolean.TRUE.equals(logprobs)) {
            throw ApiException.invalidValue(
                    "top_logprobs", topLogprobs, "nothing unless logprobs is true");
        }
        if (maxTokens != null
                && maxCompletionTokens != null
                && !maxTokens.equals(maxCompletionTokens)) {
            throw ApiException.invalidValue(
                    "max_completion_tokens",
                    "another number than max_tokens",
                    "one of the two, or both equal");
        }
    }

    /// -1: no log probabilities; 0: of the chosen tokens alone.
    public int wantedLogprobs() {
        int top = Bounds.integer("top_logprobs", topLogprobs, 0, MAX_TOP_LOGPROBS, 0);
        return Boolean.TRUE.equals(logprobs) ? top : -1;
    }

    public String maxTokensField() {
        return maxCompletionTokens == null ? "max_tokens" : "max_completion_tokens";
    }

    public @Nullable Integer askedTokens() {
        return maxCompletionTokens == null ? maxTokens : maxCompletionTokens;
    }
}
