package dev.stethos.lab.experiment;

import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.Variant;
import java.util.List;

/// One edit of the base to be measured: the raw task vector on some layers, or its projection onto
/// directions. The family says what question it answers.
public sealed interface PlannedArm {
    String name();

    Family family();

    /// Ascending.
    List<Integer> layers();

    /// Why an arm is there.
    enum Family {
        ALL("all layers"),
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

    record Raw(String name, Family family, List<Integer> layers) implements PlannedArm {
        public Raw {
            layers = layers.stream().sorted().distinct().toList();
        }
    }

    record Projected(
            String name, Family family, List<DecoderDirections> directions, Variant variant)
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
