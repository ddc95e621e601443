package dev.stethos.gemma;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.gemma.text.TestTokenizer;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/// A tiny model folder with random weights, and the same weights as arrays for the oracle. `prefix`
/// stands in the files where canonical names have `model.`.
record RandomCheckpoint(
        Gemma3Config config, String prefix, int shards, DType dtype, Map<String, float[]> weights) {

    static RandomCheckpoint of(Gemma3Config config, String prefix, int shards, DType dtype) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        Random random = new Random(42);
        new WeightLayout(config)
                .shapes()
                .forEach((name, shape) -> weights.put(name, values(name, shape, dtype, random)));
        return new RandomCheckpoint(config, prefix, shards, dtype, weights);
    }

    /// Random values that the type holds exactly: norm weights around 0, the others such that
    /// activations and logits are of order 1.
    static float[] values(String name, List<Long> shape, DType dtype, Random random) {
        int count = (int) shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        double scale = name.contains("norm") ? 0.3 : 1 / Math.sqrt(shape.getLast());
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = rounded((float) (random.nextGaussian() * scale), dtype);
        }
        return values;
    }

    private static float rounded(float value, DType dtype) {
        return switch (dtype) {
            case F32 -> value;
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BF16 -> Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xFFFF0000);
        };
    }

    Path write(Path folder) {
        List<NamedTensor> tensors = new ArrayList<>();
        new WeightLayout(config)
                .shapes()
                .forEach((name, shape) -> {
                    float[] values = Objects.requireNonNull(weights.get(name));
                    tensors.add(NamedTensor.ofFloats(stored(name), dtype, shape, values));
                });
        Map<Integer, List<NamedTensor>> parts = new HashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            parts.computeIfAbsent(i % shards, part -> new ArrayList<>()).add(tensors.get(i));
        }
        CheckpointWriter.write(folder, files(), List.copyOf(parts.values()));
        return folder;
    }

    String stored(String canonical) {
        return canonical.startsWith("model.")
                ? prefix + canonical.substring("model.".length())
                : canonical;
    }

    Map<String, byte[]> files() {
        return Map.of(
                "config.json", bytes(configJson().toString()),
                "tokenizer.json", bytes(TestTokenizer.json().toString()));
    }

    ObjectNode configJson() {
        ObjectNode text = new ObjectMapper().createObjectNode().put("model_type", "gemma3_text");
        text.put("num_hidden_layers", config.layers())
                .put("hidden_size", config.hiddenSize())
                .put("intermediate_size", config.intermediateSize())
                .put("num_attention_heads", config.heads())
                .put("num_key_value_heads", config.kvHeads())
                .put("head_dim", config.headDim())
                .put("vocab_size", config.vocabSize())
                .put("max_position_embeddings", config.maxPositions())
                .put("sliding_window", config.slidingWindow())
                .put("rope_theta", config.ropeTheta())
                .put("rope_local_base_freq", config.ropeLocalTheta())
                .put("query_pre_attn_scalar", config.queryPreAttentionScalar())
                .put("rms_norm_eps", config.rmsNormEpsilon())
                .put("tie_word_embeddings", config.tiedHead());
        text.putObject("rope_scaling")
                .put("rope_type", "linear")
                .put("factor", config.ropeFactor());
        ArrayNode kinds = text.putArray("layer_types");
        config.global().forEach(g -> kinds.add(g ? "full_attention" : "sliding_attention"));
        return text;
    }

    PlainDecoder oracle() {
        return new PlainDecoder(config, weights);
    }

    PlainDecoder oracle(Map<String, float[]> replaced) {
        Map<String, float[]> all =
                weights.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        all.putAll(replaced);
        return new PlainDecoder(config, all);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
