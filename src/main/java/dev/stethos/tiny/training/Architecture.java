package dev.stethos.tiny.training;

import java.util.ArrayList;
import java.util.List;

/// Sizes of a Gemma 3 text decoder and its weights' canonical names and shapes, in the order that
/// the training program takes them: thirteen per layer, then the embedding and the final norm.
public record Architecture(
        int layers,
        int hiddenSize,
        int intermediateSize,
        int heads,
        int kvHeads,
        int headDim,
        int vocabSize,
        int slidingWindow,
        double ropeTheta,
        double ropeLocalTheta) {

    /// Every sixth layer attends globally.
    public static final int PATTERN = 6;

    static final int WEIGHTS_PER_LAYER = 13;

    /// One weight: its canonical name and its shape.
    public record Slot(String name, long[] shape) {
        int elements() {
            int product = 1;
            for (long size : shape) {
                product *= (int) size;
            }
            return product;
        }
    }

    public List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            addLayer("model.layers." + layer + ".", slots);
        }
        slots.add(slot("model.embed_tokens.weight", vocabSize, hiddenSize));
        slots.add(slot("model.norm.weight", hiddenSize));
        return List.copyOf(slots);
    }

    /// How many of the slots, from the first on, lie in layers.
    public int weightsInLayers() {
        return layers * WEIGHTS_PER_LAYER;
    }

    private void addLayer(String prefix, List<Slot> slots) {
        int queries = heads * headDim;
        int keys = kvHeads * headDim;
        slots.add(slot(prefix + "input_layernorm.weight", hiddenSize));
        slots.add(slot(prefix + "self_attn.q_proj.weight", queries, hiddenSize));
        slots.add(slot(prefix + "self_attn.k_proj.weight", keys, hiddenSize));
        slots.add(slot(prefix + "self_attn.v_proj.weight", keys, hiddenSize));
        slots.add(slot(prefix + "self_attn.o_proj.weight", hiddenSize, queries));
        slots.add(slot(prefix + "self_attn.q_norm.weight", headDim));
        slots.add(slot(prefix + "self_attn.k_norm.weight", headDim));
        slots.add(slot(prefix + "post_attention_layernorm.weight", hiddenSize));
        slots.add(slot(prefix + "pre_feedforward_layernorm.weight", hiddenSize));
        slots.add(slot(prefix + "mlp.gate_proj.weight", intermediateSize, hiddenSize));
        slots.add(slot(prefix + "mlp.up_proj.weight", intermediateSize, hiddenSize));
        slots.add(slot(prefix + "mlp.down_proj.weight", hiddenSize, intermediateSize));
        slots.add(slot(prefix + "post_feedforward_layernorm.weight", hiddenSize));
    }

    private static Slot slot(String name, long... shape) {
        return new Slot(name, shape);
    }

    /// Cosines and sines by position, `[4, positions, headDim]`: sliding layers first.
    float[] ropeTables() {
        float[] tables = new float[4 * slidingWindow * headDim];
        double[] thetas = {ropeLocalTheta, ropeTheta};
        int half = headDim / 2;
        for (int kind = 0; kind < 2; kind++) {
            int cosines = 2 * kind * slidingWindow * headDim;
            int sines = cosines + slidingWindow * headDim;
            for (int at = 0; at < slidingWindow * headDim; at++) {
                int position = at / headDim;
                int pair = at % headDim % half;
                double angle = position * Math.pow(thetas[kind], -2.0 * pair / headDim);
                tables[cosines + at] = (float) Math.cos(angle);
                tables[sines + at] = (float) Math.sin(angle);
            }
        }
        return tables;
    }
}
