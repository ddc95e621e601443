package dev.stethos.lab.diagnosis;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// One score of every layer, its formula in words, and its split-half reliability over the layers.
public record ScoreByLayer(
        String formula, SortedMap<Integer, PermutationTest.Result> layers, double reliability) {
    public ScoreByLayer {
        layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
    }

    /// The scores, or their z where `standardised`, in the order of the layers.
    public double[] values(boolean standardised) {
        return layers.values().stream()
                .mapToDouble(result -> standardised ? result.z() : result.score())
                .toArray();
    }
}
