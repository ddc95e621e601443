package dev.stethos.gemma.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The text decoder's architecture as `config.json` declares it, text-only or inside a multimodal
/// file's `text_config`. Sizes count elements; `global` holds, layer by layer, whether a layer
/// attends to the whole context (true) or to a sliding window; `tiedHead` whether the logits are
/// made with the embedding.
public record Gemma3Config(
        int layers,
        int hiddenSize,
        int intermediateSize,
        int heads,
        int kvHeads,
        int headDim,
        int vocabSize,
        int maxPositions,
        int slidingWindow,
        List<Boolean> global,
        double ropeTheta,
        double ropeLocalTheta,
        double ropeFactor,
        double queryPreAttentionScalar,
        double rmsNormEpsilon,
        boolean tiedHead) {
    private static final int LARGEST_SIZE = 1 << 20;
    private static final int LARGEST_COUNT = 1 << 24;
    private static final String ACTIVATION = "gelu_pytorch_tanh";

    public Gemma3Config {
        requireSize("layers", layers, LARGEST_SIZE);
        requireSize("hiddenSize", hiddenSize, LARGEST_SIZE);
        requireSize("intermediateSize", intermediateSize, LARGEST_SIZE);
        requireSize("heads", heads, LARGEST_SIZE);
        requireSize("kvHeads", kvHeads, LARGEST_SIZE);
        requireSize("headDim", headDim, LARGEST_SIZE);
        requireSize("heads times headDim", (long) heads * headDim, LARGEST_SIZE);
        requireSize("vocabSize", vocabSize, LARGEST_COUNT);
        requireSize("maxPositions", maxPositions, LARGEST_COUNT);
        requireSize("slidingWindow", slidingWindow, LARGEST_COUNT);
        requirePositive("ropeTheta", ropeTheta);
        requirePositive("ropeLocalTheta", ropeLocalTheta);
        requirePositive("ropeFactor", ropeFactor);
        requirePositive("queryPreAttentionScalar", queryPreAttentionScalar);
        requirePositive("rmsNormEpsilon", rmsNormEpsilon);
        global = List.copyOf(global);
        require(global.size() == layers, "global", global.size() + " layers", layers + " layers");
        require(heads % kvHeads == 0, "heads", heads, "a multiple of kvHeads, " + kvHeads);
        require(headDim % 2 == 0, "headDim", headDim, "an even number");
    }

    /// Fields that are missing take the defaults of transformers' `Gemma3TextConfig`. What this
    /// decoder does not do (quantised weights, soft caps, other activations or RoPE types, biases)
    /// is refused with [InvalidModelException].
    public static Gemma3Config read(Path configJson) {
        ModelJson file = ModelJson.read(configJson);
        ModelJson text =
                switch (file.text("model_type", "gemma3_text")) {
                    case "gemma3_text" -> file;
                    case "gemma3" -> file.object("text_config");
                    default ->
                            throw file.refuse(
                                    "model_type",
                                    file.field("model_type"),
                                    "\"gemma3_text\" or \"gemma3\"");
                };
        if (!text.text("model_type", "gemma3_text").equals("gemma3_text")) {
            throw text.refuse("model_type", text.field("model_type"), "\"gemma3_text\"");
        }
        refuseUnsupported(file);
        refuseUnsupported(text);
        try {
            return of(file, text);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException(text.where() + ", " + e.getMessage(), e);
        }
    }

    private static Gemma3Config of(ModelJson file, ModelJson text) {
        RopeFields rope = RopeFields.read(text);
        int layers = text.integer("num_hidden_layers", 26);
        requireSize("num_hidden_layers", layers, LARGEST_SIZE);
        return new Gemma3Config(
                layers,
                text.integer("hidden_size", 2304),
                text.integer("intermediate_size", 9216),
                text.integer("num_attention_heads", 8),
                text.integer("num_key_value_heads", 4),
                text.integer("head_dim", 256),
                text.integer("vocab_size", 262_208),
                text.integer("max_position_embeddings", 131_072),
                text.integer("sliding_window", 4096),
                globalLayers(text, layers),
                rope.theta(),
                rope.localTheta(),
                rope.factor(),
                text.number("query_pre_attn_scalar", 256),
                text.number("rms_norm_eps", 1e-6),
                text.bool("tie_word_embeddings", file.bool("tie_word_embeddings", true)));
    }

    private static void refuseUnsupported(ModelJson json) {
        for (String absent :
                List.of(
                        "quantization_config",
                        "attn_logit_softcapping",
                        "final_logit_softcapping")) {
            if (json.has(absent)) {
                throw json.refuse(absent, json.field(absent), "none");
            }
        }
        for (String off : List.of("attention_bias", "use_bidirectional_attention")) {
            if (json.bool(off, false)) {
                throw json.refuse(off, "true", "false");
            }
        }
        for (String name : List.of("hidden_activation", "hidden_act")) {
            if (!json.text(name, ACTIVATION).equals(ACTIVATION)) {
                throw json.refuse(name, json.field(name), "\"" + ACTIVATION + "\"");
            }
        }
    }

    private static List<Boolean> globalLayers(ModelJson text, int layers) {
        List<Boolean> global = new ArrayList<>();
        if (text.has("layer_types")) {
            for (JsonNode type : text.field("layer_types")) {
                switch (type.asText()) {
                    case "full_attention" -> global.add(true);
                    case "sliding_attention" -> global.add(false);
                    default ->
                            throw text.refuse(
                                    "layer_types",
                                    type,
                                    "\"full_attention\" and \"sliding_attention\"");
                }
            }
            return global;
        }
        int pattern =
                text.integer("sliding_window_pattern", text.integer("_sliding_window_pattern", 6));
        requireSize("sliding_window_pattern", pattern, LARGEST_SIZE);
        for (int layer = 1; layer <= layers; layer++) {
            global.add(layer % pattern == 0);
        }
        return global;
    }

    private static void requireSize(String name, long value, int largest) {
        require(value >= 1 && value <= largest, name, value, "1 to " + largest);
    }

    private static void requirePositive(String name, double value) {
        require(value > 0 && Double.isFinite(value), name, value, "a positive number");
    }

    private static void require(boolean holds, String name, Object given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": given " + given + ", allowed " + allowed);
        }
    }

    /// The rotary embedding's bases and the global layers' linear factor, in the older spelling
    /// (`rope_theta`, `rope_local_base_freq`, `rope_scaling`) or the newer (`rope_parameters`).
    private record RopeFields(double theta, double localTheta, double factor) {
        static RopeFields read(ModelJson text) {
            double theta = text.number("rope_theta", 1e6);
            double localTheta = text.number("rope_local_base_freq", 1e4);
            if (!text.has("rope_parameters")) {
                double factor = text.has("rope_scaling") ? factor(text.object("rope_scaling")) : 1;
                return new RopeFields(theta, localTheta, factor);
            }
            ModelJson both = text.object("rope_parameters");
            ModelJson global = both.object("full_attention");
            ModelJson local = both.object("sliding_attention");
            if (factor(local) != 1) {
                throw local.refuse("rope_type", local.field("rope_type"), "\"default\"");
            }
            return new RopeFields(
                    global.number("rope_theta", theta),
                    local.number("rope_theta", localTheta),
                    factor(global));
        }

        private static double factor(ModelJson scaling) {
            String field = scaling.has("rope_type") ? "rope_type" : "type";
            return switch (scaling.text(field, "default")) {
                case "default" -> 1;
                case "linear" -> scaling.number("factor");
                default ->
                        throw scaling.refuse(
                                field, scaling.field(field), "\"default\" or \"linear\"");
            };
        }
    }
}
