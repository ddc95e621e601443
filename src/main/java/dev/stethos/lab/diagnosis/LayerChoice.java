package dev.stethos.lab.diagnosis;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which layers a diagnosis chooses, by which numbers: the `count` highest, or all above a
/// `threshold`. Equal layers go by number.
public sealed interface LayerChoice {
    List<Integer> of(SortedMap<Integer, Double> scores);

    /// In words, for provenance.
    String words();

    record Highest(int count) implements LayerChoice {
        public Highest {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "top " + count + " layers, allowed is 1 or more");
            }
        }

        @Override
        public List<Integer> of(SortedMap<Integer, Double> scores) {
            return scores.entrySet().stream()
                    .sorted(
                            Comparator.comparingDouble(
                                            (Map.Entry<Integer, Double> entry) -> -entry.getValue())
                                    .thenComparing(Map.Entry::getKey))
                    .limit(count)
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }

        @Override
        public String words() {
            return "the %d highest".formatted(count);
        }
    }

    record Above(double threshold) implements LayerChoice {
        @Override
        public List<Integer> of(SortedMap<Integer, Double> scores) {
            return new TreeMap<>(scores)
                    .entrySet().stream()
                            .filter(entry -> entry.getValue() > threshold)
                            .map(Map.Entry::getKey)
                            .toList();
        }

        @Override
        public String words() {
            return "all above " + threshold;
        }
    }
}
