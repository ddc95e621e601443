package dev.stethos.inference.sampling;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the next token is drawn from the logits. `temperature` 0 is greedy; `topK` 0, `topP` 1 and
/// `minP` 0 switch a filter off; penalties are neutral at 1 (repetition) and 0 (presence,
/// frequency); a bias of -100 bans a token. The same seed draws the same tokens, whatever else
/// runs; without one each sequence draws its own.
public record SamplingParams(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        Map<Integer, Double> logitBias,
        @Nullable Long seed) {

    /// Always the most likely token.
    public static final SamplingParams GREEDY =
            new SamplingParams(0, 0, 1, 0, 1, 0, 0, Map.of(), null);

    public SamplingParams {
        logitBias = Map.copyOf(logitBias);
        require(temperature >= 0 && temperature <= 100, "temperature", temperature, "0 to 100");
        require(topK >= 0, "top_k", topK, "0 (off) or more");
        require(topP > 0 && topP <= 1, "top_p", topP, "above 0, up to 1");
        require(minP >= 0 && minP <= 1, "min_p", minP, "0 to 1");
        require(
                repetitionPenalty > 0 && repetitionPenalty <= 100,
                "repetition_penalty",
                repetitionPenalty,
                "above 0, up to 100");
        require(Math.abs(presencePenalty) <= 2, "presence_penalty", presencePenalty, "-2 to 2");
        require(Math.abs(frequencyPenalty) <= 2, "frequency_penalty", frequencyPenalty, "-2 to 2");
        for (double bias : logitBias.values()) {
            require(Math.abs(bias) <= 100, "logit_bias", bias, "-100 to 100");
        }
    }

    /// The parameters of one of several choices for the same prompt: choice `index` draws from seed
    /// + `index`.
    public SamplingParams forChoice(int index) {
        return seed == null
                ? this
                : new SamplingParams(
                        temperature,
                        topK,
                        topP,
                        minP,
                        repetitionPenalty,
                        presencePenalty,
                        frequencyPenalty,
                        logitBias,
                        seed + index);
    }

    private static void require(boolean holds, String name, double given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: %s was given, allowed is %s".formatted(name, given, allowed));
        }
    }
}
