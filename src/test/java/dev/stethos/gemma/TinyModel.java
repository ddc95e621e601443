package dev.stethos.gemma;

import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A tiny Gemma 3 with random F32 weights for tests of other packages, and the oracle's answers.
public final class TinyModel {
    public static final int VOCABULARY = 400;
    private static final String REPLACED = "model.layers.1.mlp.down_proj.weight";
    private static final Gemma3Config CONFIG =
            new Gemma3Config(
                    3,
                    24,
                    40,
                    4,
                    2,
                    8,
                    VOCABULARY,
                    128,
                    8,
                    List.of(false, true, false),
                    1e4,
                    1e2,
                    2,
                    12,
                    1e-6,
                    true);
    private static final RandomCheckpoint CHECKPOINT =
            RandomCheckpoint.of(CONFIG, "model.", 1, DType.F32);

    private TinyModel() {}

    public static Gemma3Model load(Path folder) {
        return Gemma3Model.load(
                CHECKPOINT.write(folder), folder.resolve("cache"), ComputeType.AUTO);
    }

    /// The base with one matrix replaced; the caller closes it.
    public static Revision edited(Gemma3Model model) {
        Tensor original = model.base().tensor(REPLACED);
        float[] values = original.toFloats();
        Random random = new Random(7);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) random.nextGaussian();
        }
        Tensor replacement = TorchRuntime.get().floats(values, original.shape());
        return model.base().derive("edited", Map.of(REPLACED, replacement));
    }

    /// The base's logits at the last of `tokens`, computed without the program.
    public static double[] oracleLogits(int[] tokens) {
        return CHECKPOINT.oracle().logits(tokens)[tokens.length - 1];
    }
}
