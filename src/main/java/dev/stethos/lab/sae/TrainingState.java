package dev.stethos.lab.sae;

import dev.stethos.lab.sae.SaeRecipe.Kind;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/// An SAE in training: weights, Adam's moments and counters of the trained ones, and which latents
/// have been silent. Owns its tensors.
public final class TrainingState implements AutoCloseable {
    private static final double FIRST_THRESHOLD = 0.1;

    private final SaeRecipe recipe;
    private final int width;
    private final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();
    private final List<Tensor> counters = new ArrayList<>();
    private final List<Tensor> state = new ArrayList<>();

    private TrainingState(SaeRecipe recipe, int width, Function<String, float[]> values) {
        this.recipe = recipe;
        this.width = width;
        TorchRuntime torch = TorchRuntime.get();
        long[][] shapes = shapes();
        for (int i = 0; i < shapes.length; i++) {
            weights.add(torch.floats(values.apply("w" + i), shapes[i]));
        }
        for (int i : trained()) {
            weights.get(i).requireGradient();
            first.add(torch.floats(values.apply("m" + i), shapes[i]));
            second.add(torch.floats(values.apply("v" + i), shapes[i]));
            counters.add(torch.floats(values.apply("t" + i)));
        }
        state.add(torch.floats(values.apply("silent"), recipe.latents()));
        state.add(torch.floats(values.apply("threshold"), 1));
    }

    /// Random weights that the recipe's seed determines: the encoder uniform as by Kaiming, the
    /// decoder's rows its columns with norm 1, biases 0.
    public static TrainingState fresh(SaeRecipe recipe, int width) {
        int latents = recipe.latents();
        SplittableRandom random = new SplittableRandom(recipe.seed());
        float[] encoder = new float[width * latents];
        double bound = Math.sqrt(6.0 / latents);
        for (int i = 0; i < encoder.length; i++) {
            encoder[i] = (float) random.nextDouble(-bound, bound);
        }
        float[] decoder = SaeTensors.transposed(encoder, width, latents);
        for (int row = 0; row < latents; row++) {
            double square = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                square += (double) decoder[i] * decoder[i];
            }
            for (int i = row * width; i < (row + 1) * width; i++) {
                decoder[i] = (float) (decoder[i] / Math.sqrt(square));
            }
        }
        return new TrainingState(
                recipe,
                width,
                name ->
                        switch (name) {
                            case "w0" -> encoder;
                            case "w2" -> decoder;
                            case "w4" -> filled(latents, (float) Math.log(FIRST_THRESHOLD));
                            case "m0", "v0", "m2", "v2" -> new float[encoder.length];
                            case "w3", "m3", "v3" -> new float[width];
                            case "threshold" -> filled(1, -1);
                            case "t0", "t1", "t2", "t3", "t4" -> new float[1];
                            default -> new float[latents];
                        });
    }

    private static float[] filled(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    /// The state that [#tensors] wrote with that prefix.
    static TrainingState of(SaeRecipe recipe, int width, SafetensorsFile file, String prefix) {
        return new TrainingState(recipe, width, name -> file.floats(file.tensor(prefix + name)));
    }

    private long[][] shapes() {
        long latents = recipe.latents();
        return new long[][] {{width, latents}, {latents}, {latents, width}, {width}, {latents}};
    }

    private int[] trained() {
        return recipe.kind() == Kind.JUMP_RELU ? new int[] {0, 1, 2, 3, 4} : new int[] {0, 2, 3};
    }

    public SaeRecipe recipe() {
        return recipe;
    }

    int width() {
        return width;
    }

    long[] which() {
        return Arrays.stream(trained()).asLongStream().toArray();
    }

    List<Tensor> weights() {
        return weights;
    }

    List<Tensor> first() {
        return first;
    }

    List<Tensor> second() {
        return second;
    }

    List<Tensor> counters() {
        return counters;
    }

    List<Tensor> state() {
        return state;
    }

    /// The decoder's rows, `[latents, width]`.
    public float[] decoder() {
        return weights.get(2).toFloats();
    }

    /// The SAE as it is now. Batch top k becomes JumpReLU with its running threshold.
    public SaeWeights trainedWeights() {
        int latents = recipe.latents();
        float[] threshold =
                switch (recipe.kind()) {
                    case TOPK -> null;
                    case BATCH_TOPK -> filled(latents, Math.max(0, state.getLast().toFloats()[0]));
                    case JUMP_RELU -> {
                        float[] values = weights.get(4).toFloats();
                        for (int i = 0; i < latents; i++) {
                            values[i] = (float) Math.exp(values[i]);
                        }
                        yield values;
                    }
                };
        return SaeWeights.plain(
                weights.get(0).toFloats(),
                weights.get(1).toFloats(),
                decoder(),
                weights.get(3).toFloats(),
                threshold);
    }

    /// Everything that a run needs to go on.
    List<NamedTensor> tensors(String prefix) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            add(tensors, prefix + "w" + i, weights.get(i));
        }
        int[] trained = trained();
        for (int i = 0; i < trained.length; i++) {
            add(tensors, prefix + "m" + trained[i], first.get(i));
            add(tensors, prefix + "v" + trained[i], second.get(i));
            add(tensors, prefix + "t" + trained[i], counters.get(i));
        }
        add(tensors, prefix + "silent", state.get(0));
        add(tensors, prefix + "threshold", state.get(1));
        return tensors;
    }

    private static void add(List<NamedTensor> tensors, String name, Tensor tensor) {
        List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
        tensors.add(NamedTensor.ofFloats(name, DType.F32, shape, tensor.toFloats()));
    }

    @Override
    public void close() {
        for (List<Tensor> all : List.of(weights, first, second, counters, state)) {
            all.forEach(Tensor::close);
        }
    }
}
