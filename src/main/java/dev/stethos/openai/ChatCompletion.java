package dev.stethos.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of `POST /v1/chat/completions`, whole or as a stream's chunks.
@JsonNaming(SnakeCaseStrategy.class)
record ChatCompletion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        Usage usage,
        String systemFingerprint) {

    static ChatCompletion of(AnswerHead head, List<Choice> choices, Usage usage) {
        return new ChatCompletion(
                head.id(),
                "chat.completion",
                head.created(),
                head.model(),
                choices,
                usage,
                head.fingerprint());
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Choice(int index, Message message, @Nullable Logprobs logprobs, String finishReason) {}

    record Message(String role, String content, @Nullable String refusal) {
        static Message assistant(String content) {
            return new Message("assistant", content, null);
        }
    }

    /// `usage` is left out, or null in every chunk but the last that a stream with usage has.
    @JsonNaming(SnakeCaseStrategy.class)
    record Chunk(
            String id,
            String object,
            long created,
            String model,
            String systemFingerprint,
            List<ChunkChoice> choices,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode usage) {

        static Chunk of(AnswerHead head, List<ChunkChoice> choices, @Nullable JsonNode usage) {
            return new Chunk(
                    head.id(),
                    "chat.completion.chunk",
                    head.created(),
                    head.model(),
                    head.fingerprint(),
                    choices,
                    usage);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record ChunkChoice(
            int index, Delta delta, @Nullable Logprobs logprobs, @Nullable String finishReason) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delta(@Nullable String role, @Nullable String content) {}

    record Logprobs(List<Token> content, @Nullable List<Token> refusal) {
        static Logprobs of(GemmaTokenizer tokenizer, List<TokenLogprob> tokens, int top) {
            List<Token> content = new ArrayList<>();
            for (TokenLogprob token : tokens) {
                List<Alternative> alternatives =
                        token.top().stream()
                                .limit(top)
                                .map(each -> Alternative.of(tokenizer, each))
                                .toList();
                content.add(
                        new Token(
                                tokenizer.spelling(token.token()),
                                Completion.finite(token.logprob()),
                                utf8(tokenizer, token.token()),
                                alternatives));
            }
            return new Logprobs(content, null);
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Token(
            String token, double logprob, List<Integer> bytes, List<Alternative> topLogprobs) {}

    record Alternative(String token, double logprob, List<Integer> bytes) {
        static Alternative of(GemmaTokenizer tokenizer, TokenLogprob.Alternative given) {
            return new Alternative(
                    tokenizer.spelling(given.token()),
                    Completion.finite(given.logprob()),
                    utf8(tokenizer, given.token()));
        }
    }

    private static List<Integer> utf8(GemmaTokenizer tokenizer, int token) {
        List<Integer> bytes = new ArrayList<>();
        for (byte each : tokenizer.bytes(token)) {
            bytes.add(Byte.toUnsignedInt(each));
        }
        return bytes;
    }
}
