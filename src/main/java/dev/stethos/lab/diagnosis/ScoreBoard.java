package dev.stethos.lab.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/// One score, worked out layer by layer, so that what a layer's latents did need not be kept: its
/// permutation test, and its value on every half of the documents.
final class ScoreBoard {
    private final String formula;
    private final Labels labels;
    private final List<Labels> halves;
    private final PermutationTest permutations;
    private final SplitHalf splits;
    private final SortedMap<Integer, PermutationTest.Result> results = new TreeMap<>();
    private final SortedMap<Integer, double[]> halfScores = new TreeMap<>();

    ScoreBoard(String formula, Labels labels, PermutationTest permutations, SplitHalf splits) {
        this.formula = formula;
        this.labels = labels;
        this.permutations = permutations;
        this.splits = splits;
        halves = splits.halves(labels);
    }

    /// A layer's score under any labels.
    void add(int layer, ToDoubleFunction<Labels> score) {
        results.put(layer, permutations.of(labels, score));
        halfScores.put(layer, halves.stream().mapToDouble(score).toArray());
    }

    ScoreByLayer scores() {
        double reliability =
                results.size() < 2 ? 0 : splits.reliability(new ArrayList<>(halfScores.values()));
        return new ScoreByLayer(formula, results, reliability);
    }
}
