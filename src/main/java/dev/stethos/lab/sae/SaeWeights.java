package dev.stethos.lab.sae;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sparse autoencoder's numbers, row-major: `encoder` `[inputs, latents]`, `decoder` `[latents,
/// outputs]`, biases, and what only some have: `threshold` (JumpReLU), `gateLog` and `gateBias`
/// (the logarithms of a gated SAE's magnitudes' scales, and their bias), `skip` `[inputs,
/// outputs]`. Do not change the arrays.
@SuppressWarnings("ArrayRecordComponent")
public record SaeWeights(
        float[] encoder,
        float[] encoderBias,
        float[] decoder,
        float[] decoderBias,
        float @Nullable [] threshold,
        float @Nullable [] gateLog,
        float @Nullable [] gateBias,
        float @Nullable [] skip) {

    /// Without gate and skip.
    public static SaeWeights plain(
            float[] encoder,
            float[] encoderBias,
            float[] decoder,
            float[] decoderBias,
            float @Nullable [] threshold) {
        return new SaeWeights(
                encoder, encoderBias, decoder, decoderBias, threshold, null, null, null);
    }

    /// Refuses numbers that do not have the spec's shapes.
    void check(SaeSpec spec) {
        int latents = spec.latents();
        boolean jump = spec.rule() instanceof Rule.JumpRelu;
        boolean gated = spec.rule() instanceof Rule.Gated;
        check("encoder", encoder, spec.inputs() * latents);
        check("encoder bias", encoderBias, latents);
        check("decoder", decoder, latents * spec.outputs());
        check("decoder bias", decoderBias, spec.outputs());
        check("threshold", threshold, jump ? latents : 0);
        check("gate scale", gateLog, gated ? latents : 0);
        check("gate bias", gateBias, gated ? latents : 0);
        if (skip != null) {
            check("skip", skip, spec.inputs() * spec.outputs());
        }
        for (float value : decoder) {
            if (!Float.isFinite(value)) {
                throw new InvalidSaeException("decoder: " + value + ", allowed are finite numbers");
            }
        }
    }

    private static void check(String name, float @Nullable [] values, int count) {
        int given = values == null ? 0 : values.length;
        if (given != count) {
            throw new InvalidSaeException(
                    "%s: %d numbers, the shape takes %d".formatted(name, given, count));
        }
    }

    /// What the rule needs beyond encoder and decoder.
    List<float[]> extras() {
        List<float[]> extras = new ArrayList<>();
        if (threshold != null) {
            extras.add(threshold);
        }
        if (gateLog != null && gateBias != null) {
            extras.add(gateLog);
            extras.add(gateBias);
        }
        return extras;
    }
}
