package dev.stethos.cli.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.edit.profile.EditProfile.LayerChoice;
import dev.stethos.weights.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Layers that a diagnosis chose, from JSON: `layers`, and where it has them `formula`, `scores` by
/// layer, the hash of each of its `inputs` by name, and what else it measured of the layers, its
/// `candidates` and `controls`.
record Diagnosis(List<Integer> layers, LayerChoice choice) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Diagnosis read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--diagnosis: '%s' is not a file".formatted(file));
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            JsonNode tree = JSON.readTree(bytes);
            List<Integer> layers = new ArrayList<>();
            for (JsonNode layer : tree.path("layers")) {
                if (!layer.isInt() || layer.intValue() < 0) {
                    throw refused(file, "layers: " + layer + ", allowed are layer numbers");
                }
                layers.add(layer.intValue());
            }
            if (layers.isEmpty()) {
                throw refused(file, "no list of \"layers\"");
            }
            SortedMap<Integer, Double> scores = numbers(file, "scores", tree.path("scores"), "");
            TreeMap<String, String> inputs = new TreeMap<>();
            for (Map.Entry<String, JsonNode> input : tree.path("inputs").properties()) {
                if (!input.getValue().asText().matches("[0-9a-f]{64}")) {
                    throw refused(file, "inputs: allowed are SHA-256 hashes by name");
                }
                inputs.put(input.getKey(), input.getValue().asText());
            }
            inputs.put("diagnosis", Fingerprint.ofBytes(bytes));
            return new Diagnosis(
                    layers,
                    new LayerChoice(
                            tree.path("formula").asText("as the diagnosis says"),
                            scores,
                            inputs,
                            others(file, tree)));
        } catch (JsonProcessingException e) {
            throw refused(file, "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every candidate's score and z and every control, by layer; null of a diagnosis without any.
    private static @Nullable SortedMap<String, SortedMap<Integer, Double>> others(
            Path file, JsonNode tree) {
        TreeMap<String, SortedMap<Integer, Double>> all = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : tree.path("candidates").properties()) {
            JsonNode layers = each.getValue().path("layers");
            all.put(each.getKey(), numbers(file, each.getKey(), layers, "score"));
            all.put(each.getKey() + ", z", numbers(file, each.getKey(), layers, "z"));
        }
        for (Map.Entry<String, JsonNode> each : tree.path("controls").properties()) {
            all.put(each.getKey(), numbers(file, each.getKey(), each.getValue(), ""));
        }
        return all.isEmpty() ? null : all;
    }

    /// Numbers by layer, or what each layer's object has under `field`.
    private static SortedMap<Integer, Double> numbers(
            Path file, String where, JsonNode byLayer, String field) {
        TreeMap<Integer, Double> numbers = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : byLayer.properties()) {
            JsonNode value = field.isEmpty() ? each.getValue() : each.getValue().path(field);
            if (!each.getKey().matches("[0-9]{1,4}") || !value.isNumber()) {
                throw refused(file, where + ": allowed are numbers by layer");
            }
            numbers.put(Integer.valueOf(each.getKey()), value.doubleValue());
        }
        return numbers;
    }

    private static IllegalArgumentException refused(Path file, String problem) {
        return new IllegalArgumentException(
                "--diagnosis: %s: %s".formatted(file.getFileName(), problem));
    }
}
