package dev.stethos.lab.sae;

import org.jspecify.annotations.Nullable;

/// What a sparse autoencoder computes, without its numbers: widths of input, latents and output
/// (the same as the input's but for transcoders), the rule, whether the decoder's bias is
/// subtracted from the input, normalisation, and where it belongs, as far as its files say.
public record SaeSpec(
        int inputs,
        int latents,
        int outputs,
        Rule rule,
        boolean centred,
        Normalization normalization,
        @Nullable String model,
        @Nullable String hook) {
    public SaeSpec {
        if (inputs < 1 || latents < 1 || outputs < 1) {
            throw new InvalidSaeException(
                    "an SAE of %d inputs, %d latents, %d outputs; allowed is one or more of each"
                            .formatted(inputs, latents, outputs));
        }
        if (centred && inputs != outputs) {
            throw new InvalidSaeException(
                    "a decoder bias of %d cannot be subtracted from inputs of %d"
                            .formatted(outputs, inputs));
        }
        if (normalization != Normalization.NONE && inputs != outputs) {
            throw new InvalidSaeException(
                    "normalisation %s from %d inputs to %d outputs, allowed is none"
                            .formatted(normalization.saeLens(), inputs, outputs));
        }
        int limit = rule.limit();
        if (limit < 0 || limit > latents || (limit == 0 && rule instanceof Rule.TopK)) {
            throw new InvalidSaeException(
                    "k of %d, allowed 1 to %d, the number of latents".formatted(limit, latents));
        }
        if (rule instanceof Rule.GroupMax groups && (groups.k() < 1 || latents % groups.k() != 0)) {
            throw new InvalidSaeException(
                    "%d groups, allowed is a divisor of %d, the number of latents"
                            .formatted(groups.k(), latents));
        }
    }

    /// The same numbers under another rule.
    public SaeSpec with(Rule other) {
        return new SaeSpec(inputs, latents, outputs, other, centred, normalization, model, hook);
    }
}
