package dev.stethos.edit.making;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.WeightName;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Deltas that can be written as a profile: which tensors of which base they edit, and their bytes,
/// made when their turn comes.
public interface DeltaSource {
    /// The edited tensors, by layer and module; none of their deltas is all zero.
    List<WeightName> names();

    /// Hash of the base's `config.json`.
    String baseConfig();

    /// Hash of the base's tensor of that name.
    String baseHash(WeightName name);

    /// The deltas as they are written, dense or in pairs, under canonical names.
    List<NamedTensor> tensors();

    /// What was measured; asked for after all tensors were written.
    Findings findings();

    /// What the making of deltas has shown: `energy` is the sum of squares by layer; the rest is
    /// there where that way of making has it.
    record Findings(
            SortedMap<Integer, Double> energy,
            EditProfile.@Nullable RoundTrip roundTrip,
            EditProfile.@Nullable Truncation truncation,
            EditProfile.@Nullable ModelReference adapter,
            EditProfile.@Nullable Merge merge,
            EditProfile.@Nullable Projection projection) {
        public Findings {
            energy = Collections.unmodifiableSortedMap(new TreeMap<>(energy));
        }

        /// Of a task vector.
        public static Findings ofTuned(
                SortedMap<Integer, Double> energy,
                EditProfile.RoundTrip roundTrip,
                EditProfile.@Nullable Truncation truncation) {
            return new Findings(energy, roundTrip, truncation, null, null, null);
        }
    }
}
