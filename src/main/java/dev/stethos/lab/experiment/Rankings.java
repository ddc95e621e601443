package dev.stethos.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The rankings in a diagnosis file: every candidate score's z, and every control.
public final class Rankings {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Rankings() {}

    /// Scores first. What cannot be read is an [IllegalArgumentException].
    public static List<Ranking> read(Path file) {
        JsonNode tree;
        try {
            tree = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s: not JSON: %s".formatted(file.getFileName(), e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(file.getFileName()), e);
        }
        List<Ranking> rankings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> candidate : tree.path("candidates").properties()) {
            SortedMap<Integer, Double> z = new TreeMap<>();
            for (Map.Entry<String, JsonNode> layer :
                    candidate.getValue().path("layers").properties()) {
                z.put(layer(file, layer.getKey()), layer.getValue().path("z").asDouble());
            }
            rankings.add(new Ranking(candidate.getKey(), true, z));
        }
        for (Map.Entry<String, JsonNode> control : tree.path("controls").properties()) {
            SortedMap<Integer, Double> values = new TreeMap<>();
            for (Map.Entry<String, JsonNode> layer : control.getValue().properties()) {
                values.put(layer(file, layer.getKey()), layer.getValue().asDouble());
            }
            rankings.add(new Ranking(control.getKey(), false, values));
        }
        if (rankings.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: no \"candidates\", allowed is what lab diagnose writes"
                            .formatted(file.getFileName()));
        }
        return rankings;
    }

    private static int layer(Path file, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s: layer '%s', allowed are numbers".formatted(file.getFileName(), text), e);
        }
    }
}
