package dev.stethos.lab.metasae;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.sae.Rule;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeWeights;
import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.Arrays;

/// How much an SAE's latents fire together: the mean of |phi| over all pairs, the correlation of
/// their firing. A latent fires above a threshold of its own that was calibrated on other rows.
public final class CoFiring implements AutoCloseable {
    private static final int BATCH = 512;

    private final TorchRuntime torch = TorchRuntime.get();
    private final TorchProgram program = torch.load("lab/phi.torchscript");

    /// Mean |phi| on `rows` with thresholds from `calibration`, where the SAE's batches of `k`
    /// latents per row are compared. The SAE's own rule does not matter.
    public double meanAbsolutePhi(Sae sae, int k, TokenRows calibration, TokenRows rows) {
        try (Sae open = new Sae(sae.spec().with(new Rule.Relu()), withoutThreshold(sae))) {
            return meanAbsolutePhi(open, thresholds(open, k, calibration), rows);
        }
    }

    private static SaeWeights withoutThreshold(Sae sae) {
        SaeWeights weights = sae.weights();
        return SaeWeights.plain(
                weights.encoder(),
                weights.encoderBias(),
                weights.decoder(),
                weights.decoderBias(),
                null);
    }

    /// The thresholds of an SAE whose latents are all of its positive pre-activations.
    float[] thresholds(Sae open, int k, TokenRows rows) {
        int latents = open.spec().latents();
        float[] infinite = new float[latents];
        Arrays.fill(infinite, Float.POSITIVE_INFINITY);
        try (Tensor active = torch.zeros(ScalarType.F32, (long) latents * Thresholds.BINS);
                Tensor inactive = torch.zeros(ScalarType.F32, (long) latents * Thresholds.BINS);
                Tensor least = torch.floats(infinite, latents);
                Tensor largest = torch.zeros(ScalarType.F32, latents)) {
            for (long begin = 0; begin < rows.rows(); begin += BATCH) {
                try (Tensor z = latents(open, rows, begin);
                        Tensor _ =
                                program.call(
                                        "calibrate",
                                        z,
                                        Argument.of((long) k),
                                        Argument.of((long) Thresholds.BINS),
                                        Argument.of(Thresholds.WIDTH),
                                        active,
                                        inactive,
                                        least,
                                        largest)) {}
            }
            return thresholds(
                    active.toFloats(), inactive.toFloats(), least.toFloats(), largest.toFloats());
        }
    }

    private static float[] thresholds(
            float[] active, float[] inactive, float[] least, float[] largest) {
        float[] thresholds = new float[least.length];
        for (int i = 0; i < thresholds.length; i++) {
            int begin = i * Thresholds.BINS;
            int end = begin + Thresholds.BINS;
            thresholds[i] =
                    (float)
                            Thresholds.of(
                                    Arrays.copyOfRange(active, begin, end),
                                    Arrays.copyOfRange(inactive, begin, end),
                                    least[i],
                                    largest[i]);
        }
        return thresholds;
    }

    double meanAbsolutePhi(Sae open, float[] thresholds, TokenRows rows) {
        int latents = open.spec().latents();
        if (latents < 2) {
            throw new IllegalArgumentException("phi needs 2 latents or more, given " + latents);
        }
        try (Tensor limits = torch.floats(thresholds, latents);
                Tensor together = torch.zeros(ScalarType.F32, latents, latents)) {
            for (long begin = 0; begin < rows.rows(); begin += BATCH) {
                try (Tensor z = latents(open, rows, begin);
                        Tensor _ = program.call("count", z, limits, together)) {}
            }
            try (Tensor mean = program.call("mean_absolute", together, Argument.of(rows.rows()))) {
                return mean.toFloats()[0];
            }
        }
    }

    private static Tensor latents(Sae open, TokenRows rows, long begin) {
        Activations some = rows.range(begin, Math.min(begin + BATCH, rows.rows()));
        return open.encode(some).toTensor();
    }

    @Override
    public void close() {
        program.close();
    }
}
