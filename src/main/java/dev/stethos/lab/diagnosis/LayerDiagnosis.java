package dev.stethos.lab.diagnosis;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Diagnoses layers: runs math and control documents through the base, encodes the residual stream
/// with each layer's autoencoder and scores how specific its latents are; with D also through the
/// base with one layer's delta at a time. Deterministic for a number of threads.
public final class LayerDiagnosis {
    private final ActivationCollector collector;
    private final Labels labels;
    private final List<Document> documents;
    private final Settings settings;

    /// @param scores without D
    /// @param groupSize layers that go through the model together
    public record Settings(
            List<Specificity> scores,
            PermutationTest permutations,
            SplitHalf splits,
            int groupSize) {
        public Settings {
            scores = List.copyOf(scores);
            if (groupSize < 1) {
                throw new IllegalArgumentException(
                        "groups of " + groupSize + " layers, allowed is 1 or more");
            }
        }
    }

    /// Told what is being done.
    @FunctionalInterface
    public interface Watcher {
        void step(String what);
    }

    public LayerDiagnosis(
            ActivationCollector collector,
            List<Document> documents,
            Labels labels,
            Settings settings) {
        if (documents.size() != labels.of().length) {
            throw new IllegalArgumentException(
                    "%d labels for %d documents".formatted(labels.of().length, documents.size()));
        }
        this.collector = collector;
        this.documents = List.copyOf(documents);
        this.labels = labels;
        this.settings = settings;
    }

    /// What the latents of every layer do on the documents under the base.
    public SortedMap<Integer, LatentStatistics> hear(
            Revision base, Map<Integer, ? extends LatentEncoder> encoders, Watcher watcher) {
        Listener listener = new Listener(collector, documents);
        SortedMap<Integer, LatentStatistics> heard = new TreeMap<>();
        List<LatentEncoder> all = new ArrayList<>(new TreeMap<>(encoders).values());
        for (int begin = 0; begin < all.size(); begin += settings.groupSize()) {
            List<LatentEncoder> group =
                    all.subList(begin, Math.min(begin + settings.groupSize(), all.size()));
            watcher.step(
                    "listening to layers " + group.stream().map(LatentEncoder::layer).toList());
            heard.putAll(listener.hear(base, group));
            group.forEach(LatentEncoder::close);
        }
        return heard;
    }

    /// Every score of every layer, from what was heard.
    public Map<String, ScoreByLayer> scores(
            SortedMap<Integer, LatentStatistics> heard, Watcher watcher) {
        Map<String, ScoreByLayer> scores = new LinkedHashMap<>();
        for (Specificity score : settings.scores()) {
            watcher.step("score " + score.letter());
            SortedMap<Integer, ToDoubleFunction<Labels>> layers = new TreeMap<>();
            heard.forEach((layer, statistics) ->
                    layers.put(layer, some -> score.layer(statistics.contrast(some))));
            scores.put(score.letter(), byLayer(score.formula(), layers));
        }
        return scores;
    }

    /// D: `edited` gives the base with one layer's delta, which is closed here; at most
    /// `downstream` layers from the edited one on listen.
    public ScoreByLayer change(
            Revision base,
            Function<Integer, Revision> edited,
            SortedMap<Integer, LatentStatistics> heard,
            SortedMap<Integer, ? extends LatentEncoder> encoders,
            int downstream,
            Watcher watcher) {
        Listener listener = new Listener(collector, documents);
        SortedMap<Integer, ToDoubleFunction<Labels>> layers = new TreeMap<>();
        for (int layer : encoders.keySet()) {
            watcher.step("score D, layer " + layer);
            List<LatentEncoder> below =
                    encoders.tailMap(layer).values().stream()
                            .<LatentEncoder>map(encoder -> encoder)
                            .limit(downstream)
                            .toList();
            List<ChangeSpecificity.Listening> listening = new ArrayList<>();
            try (Revision revision = edited.apply(layer)) {
                listener.hearChange(base, revision, below)
                        .forEach((at, change) ->
                                listening.add(
                                        new ChangeSpecificity.Listening(of(heard, at), change)));
            }
            below.forEach(LatentEncoder::close);
            layers.put(layer, some -> ChangeSpecificity.score(listening, some));
        }
        return byLayer(ChangeSpecificity.formula(), layers);
    }

    private static LatentStatistics of(SortedMap<Integer, LatentStatistics> heard, int layer) {
        LatentStatistics statistics = heard.get(layer);
        if (statistics == null) {
            throw new IllegalArgumentException("layer " + layer + " was not listened to");
        }
        return statistics;
    }

    private ScoreByLayer byLayer(
            String formula, SortedMap<Integer, ToDoubleFunction<Labels>> layers) {
        SortedMap<Integer, PermutationTest.Result> results = new TreeMap<>();
        layers.forEach(
                (layer, score) -> results.put(layer, settings.permutations().of(labels, score)));
        double reliability =
                layers.size() < 2
                        ? 0
                        : settings.splits()
                                .reliability(
                                        labels,
                                        half ->
                                                layers.values().stream()
                                                        .mapToDouble(
                                                                score -> score.applyAsDouble(half))
                                                        .toArray());
        return new ScoreByLayer(formula, results, reliability);
    }

    /// The `count` most specific latents of a layer by a score, best first.
    public int[] latents(LatentStatistics statistics, Specificity score, int count) {
        double[] scores = score.latents(statistics.contrast(labels));
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -scores[i]).thenComparing(i -> i))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
