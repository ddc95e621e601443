package dev.stethos.lab.experiment;

import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.Variant;
import java.util.List;

/// One edit of the base to be measured: the raw task vector on some layers or outside of them, or
/// its projection onto directions, times a scale. The family says what question it answers.
public sealed interface PlannedArm {
    String name();

    Family family();

    /// Ascending.
    List<Integer> layers();

    /// What the deltas are multiplied by.
    double scale();

    /// Why an arm is there.
    enum Family {
        ALL("all layers"),
        OUTSIDE("outside of the layers"),
        CHOSEN("chosen layers"),
        RANDOM("random layers"),
        BOTTOM("bottom layers"),
        PROJECTED("projected"),
        RANDOM_DIRECTIONS("random directions"),
        HYBRID("projected in chosen layers");

        private final String words;

        Family(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    record Raw(String name, Family family, List<Integer> layers, double scale)
            implements PlannedArm {
        public Raw {
            layers = layers.stream().sorted().distinct().toList();
        }
    }

    /// Embedding and final norm alone; where tuning left them as they were, the base itself.
    record Outside(String name) implements PlannedArm {
        @Override
        public Family family() {
            return Family.OUTSIDE;
        }

        @Override
        public List<Integer> layers() {
            return List.of();
        }

        @Override
        public double scale() {
            return 1;
        }
    }

    record Projected(
            String name,
            Family family,
            List<DecoderDirections> directions,
            Variant variant,
            double scale)
            implements PlannedArm {
        public Projected {
            directions = List.copyOf(directions);
        }

        @Override
        public List<Integer> layers() {
            return directions.stream().map(DecoderDirections::layer).sorted().toList();
        }
    }
}
