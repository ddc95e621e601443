package dev.stethos.edit;

import dev.stethos.gemma.Revision;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Random checkpoints of a decoder's shape: an embedding, a final norm and four layers of a square
/// and an oblong matrix and a gain.
public final class SmallModel {
    public static final List<Integer> LAYERS = List.of(0, 1, 2, 3);
    public static final List<String> LAYER_MODULES =
            List.of("self_attn.q_proj", "mlp.up_proj", "input_layernorm");
    public static final Set<String> ALL_MODULES =
            Set.of("self_attn.q_proj", "mlp.up_proj", "input_layernorm", "embed_tokens", "norm");

    private SmallModel() {}

    public static Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new TreeMap<>();
        shapes.put("model.embed_tokens.weight", List.of(32L, 8L));
        shapes.put("model.norm.weight", List.of(8L));
        for (int layer : LAYERS) {
            shapes.put("model.layers." + layer + ".self_attn.q_proj.weight", List.of(8L, 8L));
            shapes.put("model.layers." + layer + ".mlp.up_proj.weight", List.of(12L, 8L));
            shapes.put("model.layers." + layer + ".input_layernorm.weight", List.of(8L));
        }
        return shapes;
    }

    /// The value of a name that is there.
    public static <V> V at(Map<String, V> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    public static int elements(List<Long> shape) {
        return Math.toIntExact(shape.stream().reduce(1L, (x, y) -> x * y));
    }

    /// Random weights of every tensor, by canonical name.
    public static Map<String, float[]> weights(long seed, float size) {
        Random random = new Random(seed);
        Map<String, float[]> weights = new TreeMap<>();
        shapes().forEach((name, shape) -> {
            float[] values = new float[elements(shape)];
            for (int i = 0; i < values.length; i++) {
                values[i] = size * (float) random.nextGaussian();
            }
            weights.put(name, values);
        });
        return weights;
    }

    /// `base` with a little noise on every tensor.
    public static Map<String, float[]> tuned(Map<String, float[]> base, long seed) {
        Map<String, float[]> noise = weights(seed, 0.05f);
        Map<String, float[]> tuned = new TreeMap<>();
        base.forEach((name, values) -> {
            float[] sum = values.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += at(noise, name)[i];
            }
            tuned.put(name, sum);
        });
        return tuned;
    }

    /// Writes a checkpoint in two shards with a multimodal model's prefix.
    public static Path write(Path folder, DType type, Map<String, float[]> weights) {
        List<NamedTensor> layers = new ArrayList<>();
        List<NamedTensor> rest = new ArrayList<>();
        weights.forEach((name, values) ->
                (name.contains("layers") ? layers : rest)
                        .add(
                                NamedTensor.ofFloats(
                                        "language_" + name.replace("model.", "model.model."),
                                        type,
                                        at(shapes(), name),
                                        values)));
        CheckpointWriter.write(
                folder,
                Map.of("config.json", "{\"small\":true}".getBytes(StandardCharsets.UTF_8)),
                List.of(layers, rest));
        return folder;
    }

    /// A base revision whose tensors are the checkpoint's.
    public static Revision load(Checkpoint checkpoint) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : checkpoint.names()) {
            Checkpoint.Located located = checkpoint.locate(name);
            long[] shape = located.info().shape().stream().mapToLong(Long::longValue).toArray();
            try (Tensor wide = TorchRuntime.get().floats(located.floats(), shape)) {
                tensors.put(name, wide.cast(ScalarType.valueOf(located.info().dtype().name())));
            }
        }
        return Revision.base(Fingerprint.ofCheckpoint(checkpoint, null), tensors);
    }
}
