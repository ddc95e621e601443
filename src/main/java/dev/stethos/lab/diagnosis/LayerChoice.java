package dev.stethos.lab.diagnosis;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which layers a diagnosis chooses, by which numbers: the `count` highest, or all above a
/// `threshold`. Where the count cuts through layers of the same number, further measures decide in
/// turn, and the choice says so.
public sealed interface LayerChoice {

    /// The chosen layers, ascending.
    Chosen of(SortedMap<Integer, Double> scores, List<Measure> further);

    /// In words, for provenance.
    String words();

    /// Numbers by layer that decide between equal ones; a layer without one is the lowest.
    record Measure(String name, SortedMap<Integer, Double> values) {
        double at(int layer) {
            return values.getOrDefault(layer, Double.NEGATIVE_INFINITY);
        }
    }

    /// @param tie in words, which layers were equal and what decided; empty without a tie
    record Chosen(List<Integer> layers, String tie) {
        public Chosen {
            layers = layers.stream().sorted().toList();
        }
    }

    record Highest(int count) implements LayerChoice {
        public Highest {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "top " + count + " layers, allowed is 1 or more");
            }
        }

        @Override
        public Chosen of(SortedMap<Integer, Double> scores, List<Measure> further) {
            Comparator<Integer> order =
                    Comparator.comparingDouble((Integer layer) -> -scores.getOrDefault(layer, 0.0));
            for (Measure measure : further) {
                order = order.thenComparingDouble(layer -> -measure.at(layer));
            }
            List<Integer> ordered =
                    scores.keySet().stream()
                            .sorted(order.thenComparing(Comparator.naturalOrder()))
                            .toList();
            if (count >= ordered.size()) {
                return new Chosen(ordered, "");
            }
            return new Chosen(
                    ordered.subList(0, count),
                    tie(scores, further, ordered.get(count - 1), ordered.get(count)));
        }

        /// What decided between the last layer that was taken and the first that was not.
        private static String tie(
                SortedMap<Integer, Double> scores, List<Measure> further, int last, int next) {
            double level = scores.getOrDefault(last, 0.0);
            if (level != scores.getOrDefault(next, 0.0)) {
                return "";
            }
            List<Integer> equal =
                    scores.keySet().stream()
                            .filter(layer -> scores.getOrDefault(layer, 0.0) == level)
                            .toList();
            String by =
                    further.stream()
                            .filter(measure -> measure.at(last) != measure.at(next))
                            .map(Measure::name)
                            .findFirst()
                            .orElse("the lower layer number, nothing else tells them apart");
            return "layers %s are equal, decided by %s".formatted(equal, by);
        }

        @Override
        public String words() {
            return "the %d highest".formatted(count);
        }
    }

    record Above(double threshold) implements LayerChoice {
        @Override
        public Chosen of(SortedMap<Integer, Double> scores, List<Measure> further) {
            return new Chosen(
                    new TreeMap<>(scores)
                            .entrySet().stream()
                                    .filter(entry -> entry.getValue() > threshold)
                                    .map(entry -> entry.getKey())
                                    .toList(),
                    "");
        }

        @Override
        public String words() {
            return "all above " + threshold;
        }
    }
}
