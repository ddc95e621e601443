package dev.stethos.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answer of `POST /v1/completions`, whole or as a stream's chunks, which have the same shape.
/// `usage` is left out, or null in every chunk but the last that a stream with usage has.
@JsonNaming(SnakeCaseStrategy.class)
record Completion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonNode usage,
        String systemFingerprint) {

    /// What stands for a log probability that is not a number JSON can hold.
    private static final double LEAST_LOGPROB = -9999;

    static Completion of(AnswerHead head, List<Choice> choices, @Nullable JsonNode usage) {
        return new Completion(
                head.id(),
                "text_completion",
                head.created(),
                head.model(),
                choices,
                usage,
                head.fingerprint());
    }

    static double finite(double logprob) {
        return Double.isFinite(logprob) ? logprob : LEAST_LOGPROB;
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Choice(
            int index,
            String text,
            @Nullable Logprobs logprobs,
            @Nullable String finishReason,
            @JsonInclude(JsonInclude.Include.NON_NULL)
                    @Nullable List<@Nullable Map<String, PromptLogprob>> promptLogprobs) {}

    /// One entry per token. Offsets count characters (UTF-16) from the start of the choice's text;
    /// the first token of an echoed prompt has no log probability.
    @JsonNaming(SnakeCaseStrategy.class)
    record Logprobs(
            List<String> tokens,
            List<@Nullable Double> tokenLogprobs,
            List<@Nullable Map<String, Double>> topLogprobs,
            List<Integer> textOffset) {

        static Logprobs empty() {
            return new Logprobs(
                    new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        /// Adds a piece of text's tokens.
        void add(
                GemmaTokenizer tokenizer,
                List<TokenLogprob> added,
                String text,
                TokenOffsets offsets,
                int top) {
            List<Integer> lengths =
                    added.stream().map(token -> tokenizer.bytes(token.token()).length).toList();
            textOffset.addAll(offsets.add(text, lengths));
            for (TokenLogprob token : added) {
                boolean scored = !Double.isNaN(token.logprob());
                tokens.add(tokenizer.spelling(token.token()));
                tokenLogprobs.add(scored ? finite(token.logprob()) : null);
                topLogprobs.add(scored ? top(tokenizer, token, top) : null);
            }
        }

        /// The best `top` tokens and in any case the chosen one.
        private static Map<String, Double> top(
                GemmaTokenizer tokenizer, TokenLogprob token, int top) {
            Map<String, Double> best = new LinkedHashMap<>();
            token.top().stream()
                    .limit(top)
                    .forEach(each ->
                            best.putIfAbsent(
                                    tokenizer.spelling(each.token()), finite(each.logprob())));
            best.putIfAbsent(tokenizer.spelling(token.token()), finite(token.logprob()));
            return best;
        }
    }

    /// vLLM's entry for one token at one place of the prompt, keyed there by token id; `rank`
    /// counts from 1 and is left out for a chosen token that is not among the best.
    @JsonNaming(SnakeCaseStrategy.class)
    record PromptLogprob(
            double logprob,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer rank,
            String decodedToken) {

        static List<@Nullable Map<String, PromptLogprob>> of(
                GemmaTokenizer tokenizer, List<TokenLogprob> prompt, int top) {
            List<@Nullable Map<String, PromptLogprob>> all = new ArrayList<>();
            for (TokenLogprob token : prompt) {
                all.add(Double.isNaN(token.logprob()) ? null : at(tokenizer, token, top));
            }
            return all;
        }

        private static Map<String, PromptLogprob> at(
                GemmaTokenizer tokenizer, TokenLogprob token, int top) {
            Map<String, PromptLogprob> entries = new LinkedHashMap<>();
            int rank = 0;
            for (TokenLogprob.Alternative each : token.top()) {
                rank++;
                if (rank <= top || each.token() == token.token()) {
                    entries.put(
                            Integer.toString(each.token()),
                            new PromptLogprob(
                                    finite(each.logprob()),
                                    rank,
                                    tokenizer.spelling(each.token())));
                }
            }
            entries.putIfAbsent(
                    Integer.toString(token.token()),
                    new PromptLogprob(
                            finite(token.logprob()), null, tokenizer.spelling(token.token())));
            return entries;
        }
    }
}
