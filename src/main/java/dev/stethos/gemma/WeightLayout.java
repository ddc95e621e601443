package dev.stethos.gemma;

import dev.stethos.gemma.config.Gemma3Config;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The decoder's weights by canonical name: embedding, thirteen per layer, final norm, and the head
/// where it is not the embedding. Linear weights are `[outputs, inputs]`.
final class WeightLayout {
    static final String EMBEDDING = "model.embed_tokens.weight";
    static final String FINAL_NORM = "model.norm.weight";
    static final String HEAD = "lm_head.weight";

    private final Map<String, List<Long>> shapes = new LinkedHashMap<>();
    private final List<String> names;

    WeightLayout(Gemma3Config config) {
        long hidden = config.hiddenSize();
        add(EMBEDDING, config.vocabSize(), hidden);
        for (int layer = 0; layer < config.layers(); layer++) {
            addLayer("model.layers." + layer + ".", config);
        }
        add(FINAL_NORM, hidden);
        if (!config.tiedHead()) {
            add(HEAD, config.vocabSize(), hidden);
        }
        names = List.copyOf(shapes.keySet());
    }

    private void addLayer(String layer, Gemma3Config config) {
        long hidden = config.hiddenSize();
        long inner = config.intermediateSize();
        long queries = (long) config.heads() * config.headDim();
        long keys = (long) config.kvHeads() * config.headDim();
        add(layer + "input_layernorm.weight", hidden);
        add(layer + "self_attn.q_proj.weight", queries, hidden);
        add(layer + "self_attn.k_proj.weight", keys, hidden);
        add(layer + "self_attn.v_proj.weight", keys, hidden);
        add(layer + "self_attn.o_proj.weight", hidden, queries);
        add(layer + "self_attn.q_norm.weight", config.headDim());
        add(layer + "self_attn.k_norm.weight", config.headDim());
        add(layer + "post_attention_layernorm.weight", hidden);
        add(layer + "pre_feedforward_layernorm.weight", hidden);
        add(layer + "mlp.gate_proj.weight", inner, hidden);
        add(layer + "mlp.up_proj.weight", inner, hidden);
        add(layer + "mlp.down_proj.weight", hidden, inner);
        add(layer + "post_feedforward_layernorm.weight", hidden);
    }

    private void add(String name, long... shape) {
        shapes.put(name, Arrays.stream(shape).boxed().toList());
    }

    List<String> names() {
        return names;
    }

    Map<String, List<Long>> shapes() {
        return shapes;
    }
}
