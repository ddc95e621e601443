package dev.stethos.edit.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.Profiles;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.gemma.Revision;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TruncatedTaskVectorTest {
    private static final String SQUARE = "model.layers.1.self_attn.q_proj.weight";
    private static final String OBLONG = "model.layers.1.mlp.up_proj.weight";
    private static final String GAIN = "model.layers.1.input_layernorm.weight";
    private static final WeightSelection LAYER =
            WeightSelection.of(List.of(1), SmallModel.LAYER_MODULES);

    @TempDir private Path folder;
    private final Map<String, float[]> weights = SmallModel.weights(1, 0.5f);

    private Checkpoint open(String name, Map<String, float[]> values) {
        return Checkpoint.open(SmallModel.write(folder.resolve(name), DType.F32, values));
    }

    private ProfileFolder write(Checkpoint base, Checkpoint tuned, int rank, DType type) {
        TaskVector vector = TaskVector.between(base, tuned, LAYER, type);
        return new ProfileWriter(folder.resolve("profiles"))
                .write(Profiles.draft("cut"), new TruncatedTaskVector(vector, rank, type));
    }

    private static EditProfile.Truncation truncation(ProfileFolder profile) {
        return Objects.requireNonNull(
                Objects.requireNonNull(profile.profile().provenance()).truncation());
    }

    /// Weights of 0 and a tuned square matrix with the singular values 4, 3, 2 and 1.
    private Map<String, float[]> diagonal() {
        weights.put(SQUARE, new float[64]);
        Map<String, float[]> tuned = new TreeMap<>(weights);
        float[] square = new float[64];
        for (int i = 0; i < 4; i++) {
            square[i * 8 + (i + 3) % 8] = i % 2 == 0 ? 4 - i : i - 4;
        }
        tuned.put(SQUARE, square);
        return tuned;
    }

    @Test
    void keepsTheLargestSingularDirections() {
        Map<String, float[]> tunedWeights = diagonal();
        try (Checkpoint base = open("base", weights);
                Checkpoint tuned = open("tuned", tunedWeights)) {
            ProfileFolder profile = write(base, tuned, 2, DType.F32);
            assertThat(truncation(profile).rank()).isEqualTo(2);
            assertThat(truncation(profile).retention().get(SQUARE))
                    .isCloseTo(25.0 / 30, within(1e-6));
            EditProfile.Provenance provenance =
                    Objects.requireNonNull(profile.profile().provenance());
            assertThat(provenance.energy().get(1)).isCloseTo(25, within(1e-4));
            EditProfile.RoundTrip trip = Objects.requireNonNull(provenance.roundTrip());
            assertThat(trip.elements()).isEqualTo(64);
            assertThat(trip.differing()).isBetween(2L, 4L);
        }
    }

    @Test
    void aDeltaOfThatRankComesBackWhole() {
        float[] product = Profiles.multiply(random(12 * 2, 3), random(2 * 8, 4), 12, 2, 8);
        Map<String, float[]> changed = new TreeMap<>(weights);
        float[] sum = SmallModel.at(weights, OBLONG).clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += product[i] / 8;
        }
        changed.put(OBLONG, sum);
        try (Checkpoint base = open("base", weights);
                Checkpoint tuned = open("tuned", changed)) {
            ProfileFolder profile = write(base, tuned, 2, DType.F32);
            assertThat(truncation(profile).retention().get(OBLONG)).isCloseTo(1, within(1e-9));
            try (Revision plain = SmallModel.load(base);
                    ResolvedEdits edits = new EditResolver(2).resolve(profile, base);
                    Revision edited = EditedRevision.of(plain, edits)) {
                float[] given = edited.tensor(OBLONG).toFloats();
                for (int i = 0; i < sum.length; i++) {
                    assertThat(given[i]).isCloseTo(sum[i], within(1e-6f));
                }
            }
        }
    }

    @Test
    void leavesGainsAndWhatAPairWouldNotMakeSmaller() {
        try (Checkpoint base = open("base", weights);
                Checkpoint tuned = open("tuned", SmallModel.tuned(weights, 2))) {
            ProfileFolder cut = write(base, tuned, 4, DType.BF16);
            try (SafetensorsFile file = cut.openDeltas()) {
                assertThat(file.tensors())
                        .extracting(info -> info.name())
                        .containsExactly(GAIN, OBLONG + ".lora_A", OBLONG + ".lora_B", SQUARE);
                assertThat(file.tensors()).allMatch(info -> info.dtype() == DType.BF16);
            }
            assertThat(truncation(cut).retention().get(GAIN)).isEqualTo(1);
            assertThat(truncation(cut).retention().get(OBLONG)).isBetween(0.5, 0.999);
        }
    }

    @Test
    void writesTheSameBytesForTheSameInputs() {
        try (Checkpoint base = open("base", weights);
                Checkpoint tuned = open("tuned", SmallModel.tuned(weights, 2))) {
            TaskVector vector = TaskVector.between(base, tuned, LAYER, DType.F32);
            for (String store : List.of("one", "two")) {
                new ProfileWriter(folder.resolve(store))
                        .write(
                                Profiles.draft("cut"),
                                new TruncatedTaskVector(vector, 1, DType.F32));
            }
            for (String file : List.of("profile.yaml", "deltas.safetensors")) {
                assertThat(folder.resolve("one/cut").resolve(file))
                        .hasSameBinaryContentAs(folder.resolve("two/cut").resolve(file));
            }
        }
    }

    @Test
    void refusesRankZero() {
        try (Checkpoint base = open("base", weights)) {
            TaskVector vector = TaskVector.between(base, base, LAYER, DType.F32);
            assertThatThrownBy(() -> new TruncatedTaskVector(vector, 0, DType.F32))
                    .hasMessage("rank 0, allowed is at least 1");
        }
    }

    private static float[] random(int count, long seed) {
        float[] values = new float[count];
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
