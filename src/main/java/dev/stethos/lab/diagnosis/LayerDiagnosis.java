package dev.stethos.lab.diagnosis;

import dev.stethos.gemma.Revision;
import dev.stethos.lab.activations.ActivationCollector;
import dev.stethos.lab.activations.Document;
import dev.stethos.lab.activations.ResidualPass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Diagnoses layers: runs math and control documents through the base, encodes the residual stream
/// with each layer's autoencoder and scores how specific its latents are; with D also through the
/// base with one layer's delta at a time. Layers go through in groups, of which one is in memory at
/// a time; how large they are changes no bit of the result. Deterministic for a number of threads.
public final class LayerDiagnosis {
    private final ActivationCollector collector;
    private final Labels labels;
    private final List<Document> documents;
    private final Settings settings;
    private final Path scratch;

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

    /// Between groups of layers the residual stream lies in files below `scratch`.
    public LayerDiagnosis(
            ActivationCollector collector,
            List<Document> documents,
            Labels labels,
            Settings settings,
            Path scratch) {
        if (documents.size() != labels.of().length) {
            throw new IllegalArgumentException(
                    "%d labels for %d documents".formatted(labels.of().length, documents.size()));
        }
        this.collector = collector;
        this.documents = List.copyOf(documents);
        this.labels = labels;
        this.settings = settings;
        this.scratch = scratch;
    }

    /// Sees what a layer's latents did, which is not kept, while its autoencoder is open.
    @FunctionalInterface
    public interface LayerListener {
        void heard(LatentEncoder encoder, LatentStatistics statistics);
    }

    /// Every score but D of every layer that has an autoencoder, under the base.
    public Map<String, ScoreByLayer> scores(
            Revision base,
            SortedMap<Integer, ? extends LatentEncoder> encoders,
            LayerListener each,
            Watcher watcher) {
        Map<Specificity, ScoreBoard> boards = new LinkedHashMap<>();
        settings.scores().forEach(score -> boards.put(score, board(score.formula())));
        try (ResidualPass pass = new ResidualPass(collector, base, documents, scratch)) {
            Listener listener = new Listener(pass);
            for (List<LatentEncoder> group : groups(encoders.values())) {
                List<Integer> layers = group.stream().map(LatentEncoder::layer).toList();
                watcher.step("listening to layers " + layers);
                SortedMap<Integer, LatentStatistics> heard = listener.hear(group);
                for (LatentEncoder encoder : group) {
                    LatentStatistics statistics = Listener.of(heard, encoder.layer());
                    each.heard(encoder, statistics);
                    encoder.close();
                    boards.forEach((score, board) ->
                            board.add(
                                    encoder.layer(),
                                    some -> score.layer(statistics.contrast(some))));
                }
            }
        }
        Map<String, ScoreByLayer> scores = new LinkedHashMap<>();
        boards.forEach((score, board) -> scores.put(score.letter(), board.scores()));
        return scores;
    }

    private List<List<LatentEncoder>> groups(Collection<? extends LatentEncoder> encoders) {
        List<LatentEncoder> all = List.copyOf(encoders);
        List<List<LatentEncoder>> groups = new ArrayList<>();
        for (int begin = 0; begin < all.size(); begin += settings.groupSize()) {
            groups.add(all.subList(begin, Math.min(begin + settings.groupSize(), all.size())));
        }
        return groups;
    }

    /// D: `edited` gives the base with one layer's delta, which is closed here; at most
    /// `downstream` layers from the edited one on listen. A layer without a delta scores 0.
    public ScoreByLayer change(
            Revision base,
            Function<Integer, Revision> edited,
            SortedMap<Integer, ? extends LatentEncoder> encoders,
            int downstream,
            Watcher watcher) {
        ScoreBoard board = board(ChangeSpecificity.formula());
        try (ResidualPass pass = new ResidualPass(collector, base, documents, scratch)) {
            for (int layer : encoders.keySet()) {
                watcher.step("score D, layer " + layer);
                List<LatentEncoder> below =
                        encoders.tailMap(layer).values().stream()
                                .<LatentEncoder>map(encoder -> encoder)
                                .limit(downstream)
                                .toList();
                try (Revision revision = edited.apply(layer)) {
                    List<ChangeSpecificity.Listening> listening =
                            revision.ownedNames().isEmpty()
                                    ? List.of()
                                    : changes(pass, base, revision, layer, below);
                    board.add(
                            layer,
                            some ->
                                    listening.isEmpty()
                                            ? 0
                                            : ChangeSpecificity.score(listening, some));
                }
            }
        }
        return board.scores();
    }

    private List<ChangeSpecificity.Listening> changes(
            ResidualPass pass,
            Revision base,
            Revision edited,
            int layer,
            List<LatentEncoder> encoders) {
        pass.advanceTo(layer);
        Listener listener = new Listener(pass);
        List<ChangeSpecificity.Listening> listening = new ArrayList<>();
        for (List<LatentEncoder> group : groups(encoders)) {
            listening.addAll(listener.hearChange(base, edited, group).values());
            group.forEach(LatentEncoder::close);
        }
        return listening;
    }

    private ScoreBoard board(String formula) {
        return new ScoreBoard(formula, labels, settings.permutations(), settings.splits());
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
