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
import java.util.TreeMap;

/// Layers that a diagnosis chose, from JSON: `layers`, and where it has them `formula`, `scores` by
/// layer, and the hash of each of its `inputs` by name.
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
            TreeMap<Integer, Double> scores = new TreeMap<>();
            for (Map.Entry<String, JsonNode> score : tree.path("scores").properties()) {
                if (!score.getKey().matches("[0-9]{1,4}") || !score.getValue().isNumber()) {
                    throw refused(file, "scores: allowed are numbers by layer");
                }
                scores.put(Integer.valueOf(score.getKey()), score.getValue().doubleValue());
            }
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
                            tree.path("formula").asText("as the diagnosis says"), scores, inputs));
        } catch (JsonProcessingException e) {
            throw refused(file, "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IllegalArgumentException refused(Path file, String problem) {
        return new IllegalArgumentException(
                "--diagnosis: %s: %s".formatted(file.getFileName(), problem));
    }
}
