package dev.stethos.edit.making;

import dev.stethos.edit.DeltaElements;
import dev.stethos.weights.WeightName;
import java.util.List;

/// How several profiles' deltas become one, element by element. Every part's values come at its own
/// scale.
public sealed interface MergeMethod {
    /// As the manifest and the command line name it.
    String label();

    /// Prepares one tensor: `parts` are those that edit it, with their places among all parts.
    Combination on(WeightName tensor, List<Part> parts);

    /// One profile's values for a tensor.
    record Part(int place, DeltaElements elements, double scale, double weight) {}

    /// Makes an element of the merged delta from the parts' values at that place; `at` counts
    /// elements of the tensor.
    @FunctionalInterface
    interface Combination {
        double of(double[] values, long at);
    }

    /// The weighted sum.
    record Sum() implements MergeMethod {
        @Override
        public String label() {
            return "sum";
        }

        @Override
        public Combination on(WeightName tensor, List<Part> parts) {
            return (values, at) -> {
                double sum = 0;
                for (int i = 0; i < values.length; i++) {
                    sum += parts.get(i).weight() * values[i];
                }
                return sum;
            };
        }
    }

    /// Each part's largest elements, `density` of them, are kept; the sign of their weighted sum is
    /// elected; those that agree with it are averaged by weight. TIES: Yadav et al.,
    /// <https://arxiv.org/abs/2306.01708>.
    record Ties(double density) implements MergeMethod {
        public Ties {
            requireDensity(density);
        }

        @Override
        public String label() {
            return "ties";
        }

        @Override
        public Combination on(WeightName tensor, List<Part> parts) {
            double[] least =
                    parts.stream()
                            .mapToDouble(part -> Magnitudes.threshold(part.elements(), density))
                            .toArray();
            return (values, at) -> {
                double mass = 0;
                for (int i = 0; i < values.length; i++) {
                    if (Math.abs(values[i]) < least[i] * Math.abs(parts.get(i).scale())) {
                        values[i] = 0;
                    }
                    mass += parts.get(i).weight() * values[i];
                }
                double sum = 0;
                double weights = 0;
                for (int i = 0; i < values.length; i++) {
                    if (values[i] * mass > 0) {
                        sum += parts.get(i).weight() * values[i];
                        weights += parts.get(i).weight();
                    }
                }
                return weights == 0 ? 0 : sum / weights;
            };
        }
    }

    /// Each part keeps a random share `density` of its elements, divided by that share; then the
    /// weighted sum. What is kept depends on the seed, the part's place, the tensor's name and the
    /// element alone. DARE: Yu et al., <https://arxiv.org/abs/2311.03099>.
    record Dare(double density, long seed) implements MergeMethod {
        public Dare {
            requireDensity(density);
        }

        @Override
        public String label() {
            return "dare";
        }

        @Override
        public Combination on(WeightName tensor, List<Part> parts) {
            long[] streams = new long[parts.size()];
            for (int i = 0; i < streams.length; i++) {
                long ofPart = mix(seed + parts.get(i).place());
                streams[i] = mix(ofPart ^ tensor.canonical().hashCode());
            }
            return (values, at) -> {
                double sum = 0;
                for (int i = 0; i < values.length; i++) {
                    double draw = (mix(streams[i] + at) >>> 11) * 0x1p-53;
                    if (draw < density) {
                        sum += parts.get(i).weight() * values[i] / density;
                    }
                }
                return sum;
            };
        }

        /// SplitMix64's output at one place: Steele, Lea and Flood, OOPSLA 2014.
        private static long mix(long place) {
            long z = (place + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }

    private static void requireDensity(double density) {
        if (!(density > 0 && density <= 1)) {
            throw new IllegalArgumentException(
                    "density " + density + ", allowed is more than 0 and at most 1");
        }
    }
}
