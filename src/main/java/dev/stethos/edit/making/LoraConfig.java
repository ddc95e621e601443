package dev.stethos.edit.making;

import static dev.stethos.weights.InvalidWeightsException.shown;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A PEFT adapter's `adapter_config.json`, as far as it decides what a LoRA adds to a weight. What
/// is not a plain `scale * B A` on the base's own weights is refused with the reason; so is a field
/// of unknown meaning that is set. Patterns are matched as PEFT does: the first whose expression
/// ends the module's path.
record LoraConfig(
        int rank,
        double alpha,
        boolean rankStabilised,
        Map<Pattern, Double> rankPattern,
        Map<Pattern, Double> alphaPattern,
        List<Integer> layers) {
    static final String FILE = "adapter_config.json";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final int MAX_PATTERN = 200;
    private static final Set<String> READ =
            Set.of(
                    "peft_type",
                    "r",
                    "lora_alpha",
                    "use_rslora",
                    "rank_pattern",
                    "alpha_pattern",
                    "layers_to_transform",
                    "bias",
                    "init_lora_weights");

    /// Fields that say how the adapter was trained or found, not what it adds.
    private static final Set<String> WITHOUT_EFFECT =
            Set.of(
                    "auto_mapping",
                    "base_model_name_or_path",
                    "revision",
                    "inference_mode",
                    "task_type",
                    "lora_dropout",
                    "target_modules",
                    "exclude_modules",
                    "layers_pattern",
                    "loftq_config",
                    "eva_config",
                    "megatron_config",
                    "megatron_core",
                    "peft_version",
                    "qalora_group_size");

    private static final Map<String, String> REFUSED =
            Map.of(
                    "use_dora", "DoRA rescales whole weights, which no delta of the base is",
                    "lora_bias", "biases are not part of Gemma 3",
                    "modules_to_save", "whole modules are trained beside the adapter",
                    "trainable_token_indices", "embedding rows are trained beside the adapter",
                    "fan_in_fan_out", "the base's weights are not transposed",
                    "target_parameters", "the base has no such parameters",
                    "layer_replication", "the base's layers are not repeated",
                    "use_qalora", "its A is pooled, which no product of two matrices is",
                    "alora_invocation_tokens", "it is active for some tokens only");

    LoraConfig {
        rankPattern = new LinkedHashMap<>(rankPattern);
        alphaPattern = new LinkedHashMap<>(alphaPattern);
        layers = List.copyOf(layers);
    }

    static LoraConfig read(byte[] json) {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw refused("not JSON: " + shown(e.getOriginalMessage()));
        } catch (IOException e) {
            throw refused("not JSON: " + shown(String.valueOf(e.getMessage())));
        }
        if (!tree.isObject()) {
            throw refused("it is not an object");
        }
        tree.properties().forEach(field -> refuseUnsupported(field.getKey(), field.getValue()));
        JsonNode rank = tree.path("r");
        JsonNode alpha = tree.path("lora_alpha");
        if (!rank.isInt() || rank.intValue() < 1) {
            throw refused(
                    "r %s, allowed is a whole number from 1".formatted(shown(rank.toString())));
        }
        if (!alpha.isNumber()) {
            throw refused("lora_alpha %s, allowed is a number".formatted(shown(alpha.toString())));
        }
        return new LoraConfig(
                rank.intValue(),
                alpha.doubleValue(),
                tree.path("use_rslora").asBoolean(false),
                patterns("rank_pattern", tree.path("rank_pattern")),
                patterns("alpha_pattern", tree.path("alpha_pattern")),
                layers(tree.path("layers_to_transform")));
    }

    /// Rank of the module at that path.
    int rank(String module) {
        return (int) matching(rankPattern, module, rank);
    }

    /// What `B A` is multiplied by.
    double scale(String module) {
        double ofModule = matching(alphaPattern, module, alpha);
        int r = rank(module);
        return ofModule / (rankStabilised ? Math.sqrt(r) : r);
    }

    private static double matching(Map<Pattern, Double> patterns, String module, double otherwise) {
        for (Map.Entry<Pattern, Double> entry : patterns.entrySet()) {
            if (entry.getKey().matcher(module).lookingAt()) {
                return entry.getValue();
            }
        }
        return otherwise;
    }

    private static void refuseUnsupported(String field, JsonNode value) {
        String given = field + " " + shown(value.toString());
        if (field.equals("peft_type") && !value.asText().equals("LORA")) {
            throw refused(given + ", allowed is LORA");
        }
        if (field.equals("bias") && !isOff(value) && !value.asText().equals("none")) {
            throw refused(given + ": biases are not part of Gemma 3, allowed is none");
        }
        if (field.equals("init_lora_weights") && changesBase(value)) {
            throw refused(
                    given
                            + ": it takes part of the base's weights into the adapter, allowed are plain starts; convert the adapter with PEFT first");
        }
        if (!READ.contains(field) && !WITHOUT_EFFECT.contains(field) && !isOff(value)) {
            throw refused(
                    given
                            + ": "
                            + REFUSED.getOrDefault(
                                    field, "it is unknown what it does to the weights"));
        }
    }

    private static boolean isOff(JsonNode value) {
        return value.isNull()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isContainerNode() && value.isEmpty());
    }

    private static boolean changesBase(JsonNode start) {
        return start.isTextual()
                && !Set.of("gaussian", "eva", "orthogonal").contains(start.asText());
    }

    private static Map<Pattern, Double> patterns(String field, JsonNode node) {
        Map<Pattern, Double> patterns = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            boolean fits =
                    field.equals("rank_pattern")
                            ? value.isInt() && value.intValue() > 0
                            : value.isNumber();
            if (!fits || key.length() > MAX_PATTERN) {
                throw refused(
                        "%s: '%s' is %s, allowed are numbers by module"
                                .formatted(field, shown(key), shown(value.toString())));
            }
            try {
                patterns.put(Pattern.compile("(?:.*\\.)?(?:" + key + ")$"), value.doubleValue());
            } catch (PatternSyntaxException e) {
                throw refused("%s: '%s' is not an expression".formatted(field, shown(key)));
            }
        }
        return patterns;
    }

    private static List<Integer> layers(JsonNode node) {
        List<Integer> layers = new ArrayList<>();
        for (JsonNode layer : node.isArray() ? node : List.of(node)) {
            if (layer.isInt()) {
                layers.add(layer.intValue());
            } else if (!layer.isNull() && !layer.isMissingNode()) {
                throw refused(
                        "layers_to_transform %s, allowed are layer numbers"
                                .formatted(shown(node.toString())));
            }
        }
        return layers;
    }

    static IllegalArgumentException refused(String problem) {
        return new IllegalArgumentException(FILE + ": " + problem);
    }
}
