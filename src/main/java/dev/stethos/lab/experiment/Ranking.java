package dev.stethos.lab.experiment;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Layers by a number; `learned` rankings come from autoencoders, the others are controls.
public record Ranking(String name, boolean learned, SortedMap<Integer, Double> scores) {
    public Ranking {
        scores = Collections.unmodifiableSortedMap(new TreeMap<>(scores));
    }

    /// The `count` highest, ascending; equal layers go by number.
    public List<Integer> top(int count) {
        return ends(count, -1);
    }

    /// The `count` lowest, ascending.
    public List<Integer> bottom(int count) {
        return ends(count, 1);
    }

    private List<Integer> ends(int count, int sign) {
        if (count < 1 || count > scores.size()) {
            throw new IllegalArgumentException(
                    "%d layers of ranking %s, it has %d".formatted(count, name, scores.size()));
        }
        return scores.entrySet().stream()
                .sorted(
                        Comparator.comparingDouble((Map.Entry<Integer, Double> entry) ->
                                        sign * entry.getValue())
                                .thenComparing(Map.Entry::getKey))
                .limit(count)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
