package dev.stethos.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The rankings in a diagnosis file: every candidate score's z, layers of the same z by the score
/// itself, and every control.
public final class Rankings {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Comparator<JsonNode> ORDER =
            Comparator.comparingDouble((JsonNode result) -> result.path("z").asDouble())
                    .thenComparingDouble(result -> result.path("score").asDouble());

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
            SortedMap<Integer, JsonNode> layers = new TreeMap<>();
            for (Map.Entry<String, JsonNode> layer :
                    candidate.getValue().path("layers").properties()) {
                layers.put(layer(file, layer.getKey()), layer.getValue());
            }
            rankings.add(new Ranking(candidate.getKey(), true, places(layers)));
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

    /// How many layers are lower than each: z is bounded by the number of draws, so that several
    /// layers may share the highest.
    private static SortedMap<Integer, Double> places(SortedMap<Integer, JsonNode> layers) {
        SortedMap<Integer, Double> places = new TreeMap<>();
        layers.forEach((layer, result) ->
                places.put(
                        layer,
                        (double)
                                layers.values().stream()
                                        .filter(other -> ORDER.compare(other, result) < 0)
                                        .count()));
        return places;
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
