package dev.stethos.inference;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sampling parameters for tests, neutral but for what a test sets.
record Params(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetition,
        double presence,
        double frequency,
        Map<Integer, Double> bias,
        @Nullable Long seed) {

    static Params greedy() {
        return new Params(0, 0, 1, 0, 1, 0, 0, Map.of(), null);
    }

    static Params seeded(long seed) {
        return new Params(1, 0, 1, 0, 1, 0, 0, Map.of(), seed);
    }

    Params temperature(double value) {
        return new Params(value, topK, topP, minP, repetition, presence, frequency, bias, seed);
    }

    Params topK(int value) {
        return new Params(
                temperature, value, topP, minP, repetition, presence, frequency, bias, seed);
    }

    Params topP(double value) {
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

    Params bias(Map<Integer, Double> value) {
        return new Params(
                temperature, topK, topP, minP, repetition, presence, frequency, value, seed);
    }

    SamplingParams build() {
        return new SamplingParams(
                temperature, topK, topP, minP, repetition, presence, frequency, bias, seed);
    }
}
