package dev.stethos.inference.sampling;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sampling parameters for tests, neutral but for what a test sets.
public record Params(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetition,
        double presence,
        double frequency,
        Map<Integer, Double> bias,
        @Nullable Long seed) {

    public static Params greedy() {
        return new Params(0, 0, 1, 0, 1, 0, 0, Map.of(), null);
    }

    public static Params seeded(long seed) {
        return new Params(1, 0, 1, 0, 1, 0, 0, Map.of(), seed);
    }

    public Params temperature(double value) {
        return new Params(value, topK, topP, minP, repetition, presence, frequency, bias, seed);
    }

    Params topK(int value) {
        return new Params(
                temperature, value, topP, minP, repetition, presence, frequency, bias, seed);
    }

    public Params topP(double value) {
        return new Params(
                temperature, topK, value, minP, repetition, presence, frequency, bias, seed);
    }

    Params minP(double value) {
        return new Params(
                temperature, topK, topP, value, repetition, presence, frequency, bias, seed);
    }

    Params penalties(double repetitionPenalty, double presencePenalty, double frequencyPenalty) {
        return new Params(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                bias,
                seed);
    }

    public Params bias(Map<Integer, Double> value) {
        return new Params(
                temperature, topK, topP, minP, repetition, presence, frequency, value, seed);
    }

    public SamplingParams build() {
        return new SamplingParams(
                temperature, topK, topP, minP, repetition, presence, frequency, bias, seed);
    }
}
