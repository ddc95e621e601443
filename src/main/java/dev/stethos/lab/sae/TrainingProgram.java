package dev.stethos.lab.sae;

import dev.stethos.lab.activations.Activations;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whole training steps, each one call. Used by one thread.
public final class TrainingProgram implements AutoCloseable {
    private final TorchRuntime torch = TorchRuntime.get();
    private final TorchProgram program = torch.load("lab/sae_train.torchscript");
    private final Tensor nothing = torch.zeros(ScalarType.F32, 1);

    /// Drives the decoder's rows away from what `meta` makes of them: weight times the mean of
    /// `exp(-|row - meta(row)|^2 / sigma^2)`. The meta SAE gets no gradient.
    public record Penalty(TrainingState meta, double weight, double sigmaSquared) {
        public Penalty {
            if (weight < 0 || !(sigmaSquared > 0)) {
                throw new IllegalArgumentException(
                        "penalty of weight %s, sigma squared %s; allowed are 0 or more, and a positive number"
                                .formatted(weight, sigmaSquared));
            }
        }
    }

    /// Step number `step`, from 0, on `rows`, in place.
    public StepReport step(
            TrainingState state, int step, Activations rows, @Nullable Penalty penalty) {
        float[] settings = settings(state.recipe(), step, penalty);
        long[] which = state.which();
        try (Tensor x = rows.toTensor();
                Tensor numbers = torch.floats(settings, settings.length);
                Tensor trained = torch.longs(which, which.length);
                Tensor result =
                        program.callWithGradients(
                                "step",
                                List.of(
                                        Map.entry("rows", List.of(x)),
                                        Map.entry("settings", List.of(numbers)),
                                        Map.entry("which", List.of(trained)),
                                        Map.entry("w[]", state.weights()),
                                        Map.entry("m[]", state.first()),
                                        Map.entry("v[]", state.second()),
                                        Map.entry("steps[]", state.counters()),
                                        Map.entry("state[]", state.state()),
                                        Map.entry(
                                                "meta[]",
                                                penalty == null
                                                        ? List.of(nothing)
                                                        : penalty.meta().weights())))) {
            return StepReport.of(step + 1, result.toFloats());
        }
    }

    private static float[] settings(SaeRecipe recipe, int step, @Nullable Penalty penalty) {
        return new float[] {
            recipe.kind().code(),
            recipe.k(),
            (float) recipe.rate(step),
            (float) SaeRecipe.BETA_2,
            (float) recipe.deadWeight(),
            recipe.deadAfter(),
            (float) recipe.sparsity(),
            (float) recipe.bandwidth(),
            recipe.normalization().code(),
            (float) SaeRecipe.MOST_GRADIENT,
            penalty == null ? 0 : (float) penalty.weight(),
            penalty == null ? 1 : (float) penalty.sigmaSquared(),
            penalty == null ? 1 : penalty.meta().recipe().k()
        };
    }

    @Override
    public void close() {
        nothing.close();
        program.close();
    }
}
