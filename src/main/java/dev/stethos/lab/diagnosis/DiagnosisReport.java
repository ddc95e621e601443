package dev.stethos.lab.diagnosis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a diagnosis found: every score by layer, the controls beside it, and the layers that were
/// chosen. It holds nothing but results, so that the same run gives the same report.
///
/// @param chosen the letter of the score that chose, or [#LOSS_DROP]
/// @param controls numbers by layer that need no autoencoder, such as the relative delta norm
/// @param inputs the hash of every corpus and autoencoder
public record DiagnosisReport(
        String chosen,
        LayerChoice choice,
        Map<String, ScoreByLayer> scores,
        Map<String, SortedMap<Integer, Double>> controls,
        SortedMap<String, String> inputs,
        Corpora corpora) {

    /// The control that measures validation solutions.
    public static final String LOSS_DROP = "loss drop";

    /// How much was listened to.
    public record Corpora(int mathDocuments, int controlDocuments, int subjects) {}

    public DiagnosisReport {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        controls = Collections.unmodifiableMap(new LinkedHashMap<>(controls));
        inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
        if (!scores.containsKey(chosen)
                && !(chosen.equals(LOSS_DROP) && controls.containsKey(LOSS_DROP))) {
            throw new IllegalArgumentException(
                    "score %s, allowed is one of %s, or %s where it was measured"
                            .formatted(chosen, scores.keySet(), LOSS_DROP));
        }
    }

    /// The numbers that chose, by layer: the score's z, or the drop of the loss.
    public SortedMap<Integer, Double> choosing() {
        ScoreByLayer score = scores.get(chosen);
        if (score == null) {
            return lossDrop();
        }
        SortedMap<Integer, Double> z = new TreeMap<>();
        score.layers().forEach((layer, result) -> z.put(layer, result.z()));
        return z;
    }

    private SortedMap<Integer, Double> lossDrop() {
        return controls.getOrDefault(LOSS_DROP, new TreeMap<>());
    }

    /// The chosen layers, ascending. Between layers of the same z, which cannot exceed the number
    /// of draws, the score itself decides, then the drop of the solutions' loss.
    public List<Integer> layers() {
        return chosenLayers().layers();
    }

    /// In words, which layers shared the last chosen one's z and what decided; empty without a tie.
    public String tie() {
        return chosenLayers().tie();
    }

    private LayerChoice.Chosen chosenLayers() {
        List<LayerChoice.Measure> further = new ArrayList<>();
        ScoreByLayer score = scores.get(chosen);
        if (score != null) {
            SortedMap<Integer, Double> own = new TreeMap<>();
            score.layers().forEach((layer, result) -> own.put(layer, result.score()));
            further.add(new LayerChoice.Measure("the score itself", own));
            if (!lossDrop().isEmpty()) {
                further.add(new LayerChoice.Measure("the drop of the solutions' loss", lossDrop()));
            }
        }
        return choice.of(choosing(), further);
    }

    /// Which formula chose, in words.
    public String formula() {
        ScoreByLayer score = scores.get(chosen);
        String by =
                score == null
                        ? "the drop of the solutions' cross-entropy in nats a token, each layer's delta alone; chosen: "
                                + choice.words()
                        : score.formula()
                                + "; chosen: "
                                + choice.words()
                                + " by the z score of document labels dealt anew";
        return by + (tie().isEmpty() ? "" : "; " + tie());
    }

    /// The same as a file that `profile build --layers auto` reads.
    public String json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("layers", layers());
        tree.put("formula", formula());
        tree.put("scores", choosing());
        tree.put("inputs", inputs);
        tree.put("corpora", corpora);
        Map<String, Object> all = new LinkedHashMap<>();
        scores.forEach((letter, score) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("formula", score.formula());
            one.put("reliability", score.reliability());
            one.put("layers", score.layers());
            all.put(letter, one);
        });
        tree.put("candidates", all);
        tree.put("controls", controls);
        tree.put("correlations", correlations());
        try {
            return JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("diagnosis: " + e.getMessage(), e);
        }
    }

    /// Spearman's rank correlation of every score's z with every control.
    public Map<String, Map<String, Double>> correlations() {
        Map<String, Map<String, Double>> all = new LinkedHashMap<>();
        if (choosing().size() < 2) {
            return all;
        }
        scores.forEach((letter, score) -> {
            Map<String, Double> row = new LinkedHashMap<>();
            controls.forEach((name, control) -> {
                List<Double> values = new ArrayList<>();
                score.layers()
                        .keySet()
                        .forEach(layer -> values.add(control.getOrDefault(layer, 0.0)));
                row.put(
                        name,
                        Correlation.spearman(
                                score.values(true),
                                values.stream().mapToDouble(Double::doubleValue).toArray()));
            });
            all.put(letter, row);
        });
        return all;
    }
}
