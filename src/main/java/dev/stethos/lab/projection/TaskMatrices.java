package dev.stethos.lab.projection;

import dev.stethos.edit.DeltaElements;
import dev.stethos.edit.LayerDelta;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.weights.WeightName;
import java.util.List;

/// A raw task vector, one tensor at a time: of a profile, or of two checkpoints. What it reads must
/// stay open.
public interface TaskMatrices {
    /// By layer and module.
    List<WeightName> names();

    List<Long> shape(WeightName name);

    /// Every element, unscaled, in rows.
    float[] delta(WeightName name);

    /// Hash of the base's `config.json`.
    String baseConfig();

    /// Hash of the base's tensor.
    String baseHash(WeightName name);

    static TaskMatrices of(TaskVector vector) {
        return new Difference(vector);
    }

    static TaskMatrices of(ProfileContents profile) {
        return new Profile(profile);
    }

    record Difference(TaskVector vector) implements TaskMatrices {
        @Override
        public List<WeightName> names() {
            return vector.names();
        }

        @Override
        public List<Long> shape(WeightName name) {
            return vector.shape(name);
        }

        @Override
        public float[] delta(WeightName name) {
            return vector.exact(name);
        }

        @Override
        public String baseConfig() {
            return vector.baseConfig();
        }

        @Override
        public String baseHash(WeightName name) {
            return vector.baseHash(name);
        }
    }

    record Profile(ProfileContents contents) implements TaskMatrices {
        @Override
        public List<WeightName> names() {
            return List.copyOf(contents.deltas().keySet());
        }

        @Override
        public List<Long> shape(WeightName name) {
            return layer(name).shape();
        }

        @Override
        public float[] delta(WeightName name) {
            DeltaElements elements = DeltaElements.of(layer(name));
            float[] values = new float[Math.toIntExact(elements.count())];
            int _ = elements.read(0, values);
            return values;
        }

        @Override
        public String baseConfig() {
            return contents.profile().base().config();
        }

        @Override
        public String baseHash(WeightName name) {
            String hash = contents.profile().base().tensors().get(name.canonical());
            if (hash == null) {
                throw missing(name);
            }
            return hash;
        }

        private LayerDelta layer(WeightName name) {
            LayerDelta delta = contents.deltas().get(name);
            if (delta == null) {
                throw missing(name);
            }
            return delta;
        }

        private IllegalArgumentException missing(WeightName name) {
            return new IllegalArgumentException(
                    "profile %s has no tensor %s".formatted(contents.profile().name(), name));
        }
    }
}
