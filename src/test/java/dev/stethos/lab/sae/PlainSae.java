package dev.stethos.lab.sae;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A sparse autoencoder in plain double precision, row by row, written from the formats' definitions.
/// The oracle for the program.
record PlainSae(SaeSpec spec, SaeWeights weights) {

    double[] encode(double[] raw) {
        double[] x = normalised(raw);
        if (spec.centred()) {
            for (int i = 0; i < x.length; i++) {
                x[i] -= weights.decoderBias()[i];
            }
        }
        double[] z = new double[spec.latents()];
        double[] pre = new double[spec.latents()];
        for (int f = 0; f < z.length; f++) {
            double product = 0;
            for (int i = 0; i < x.length; i++) {
                product += x[i] * weights.encoder()[i * z.length + f];
            }
            pre[f] = product + weights.encoderBias()[f];
            z[f] =
                    switch (spec.rule()) {
                        case Rule.Relu _, Rule.GroupMax _ -> Math.max(0, pre[f]);
                        case Rule.JumpRelu _ -> pre[f] > at(weights.threshold(), f) ? Math.max(0, pre[f]) : 0;
                        case Rule.TopK top -> Math.max(0, pre[f]) * (top.rescaled() ? norm(f) : 1);
                        case Rule.Gated _ ->
                                pre[f] <= 0
                                        ? 0
                                        : Math.max(
                                                0,
                                                product * Math.exp(at(weights.gateLog(), f))
                                                        + at(weights.gateBias(), f));
                    };
        }
        return switch (spec.rule()) {
            case Rule.TopK top -> best(z, 0, z.length, top.k());
            case Rule.GroupMax groups -> {
                int size = z.length / groups.k();
                for (int g = 0; g < groups.k(); g++) {
                    z = best(z, g * size, (g + 1) * size, 1);
                }
                yield z;
            }
            case Rule.Relu _, Rule.JumpRelu _, Rule.Gated _ -> z;
        };
    }

    double[] reconstruct(double[] raw) {
        double[] z = encode(raw);
        double[] y = new double[spec.outputs()];
        float[] skip = weights.skip();
        for (int o = 0; o < y.length; o++) {
            y[o] = weights.decoderBias()[o];
            for (int f = 0; f < z.length; f++) {
                double scale = spec.rule().isRescaled() ? norm(f) : 1;
                y[o] += z[f] / scale * weights.decoder()[f * y.length + o];
            }
            y[o] =
                    switch (spec.normalization()) {
                        case NONE -> y[o];
                        case CONSTANT_NORM -> y[o] * length(raw) / Math.sqrt(raw.length);
                        case STANDARD -> y[o] * deviation(raw) + mean(raw);
                    };
            for (int i = 0; skip != null && i < raw.length; i++) {
                y[o] += raw[i] * skip[i * y.length + o];
            }
        }
        return y;
    }

    private double[] normalised(double[] x) {
        return Arrays.stream(x)
                .map(v ->
                        switch (spec.normalization()) {
                            case NONE -> v;
                            case CONSTANT_NORM -> v * Math.sqrt(x.length) / length(x);
                            case STANDARD -> (v - mean(x)) / (deviation(x) + 1e-5);
                        })
                .toArray();
    }

    private static double mean(double[] x) {
        return Arrays.stream(x).sum() / x.length;
    }

    private static double deviation(double[] x) {
        double mean = mean(x);
        return Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1));
    }

    private static double length(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum());
    }

    private double norm(int latent) {
        int width = spec.outputs();
        return length(
                IntStream.range(0, width)
                        .mapToDouble(o -> weights.decoder()[latent * width + o])
                        .toArray());
    }

    /// Keeps the `k` largest between `begin` and `end`.
    private static double[] best(double[] z, int begin, int end, int k) {
        double[] sorted = Arrays.copyOfRange(z, begin, end);
        Arrays.sort(sorted);
        double least = sorted[sorted.length - k];
        double[] kept = z.clone();
        for (int f = begin; f < end; f++) {
            kept[f] = z[f] >= least ? z[f] : 0;
        }
        return kept;
    }

    private static float at(float @Nullable [] values, int index) {
        return Objects.requireNonNull(values)[index];
    }
}
