package dev.stethos.lab.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.making.NewProfile;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.Progress;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProjectedTaskVectorTest {
    private static final WeightSelection ALL =
            WeightSelection.of(SmallModel.LAYERS, SmallModel.LAYER_MODULES);
    private static final WeightName QUERY = WeightName.ofLayer(1, "self_attn.q_proj");

    @TempDir private Path folder;
    private Checkpoint base;
    private Checkpoint tuned;

    @BeforeEach
    void open() {
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        base = Checkpoint.open(SmallModel.write(folder.resolve("base"), DType.F32, weights));
        tuned =
                Checkpoint.open(
                        SmallModel.write(
                                folder.resolve("tuned"), DType.F32, SmallModel.tuned(weights, 2)));
    }

    @AfterEach
    void close() {
        base.close();
        tuned.close();
    }

    private ProjectedTaskVector projected(Variant variant, DecoderDirections... directions) {
        TaskVector vector = TaskVector.between(base, tuned, ALL, DType.F32);
        return new ProjectedTaskVector(
                TaskMatrices.of(vector),
                List.of(directions),
                variant,
                base,
                1,
                Map.of("directions.safetensors", "3".repeat(64)));
    }

    private static DecoderDirections random(int layer, int count) {
        return new DecoderDirections(layer, Subspace.random(count, 8, 20 + layer));
    }

    private ProfileFolder write(String name, ProjectedTaskVector vector) {
        return new NewProfile(folder.resolve("profiles"), name, false)
                .write(Profiles.draft(name), vector, base, Progress.NONE);
    }

    @Test
    void editsTheMatricesOfLayersWithDirections() {
        ProfileFolder profile =
                write("cut", projected(Variant.RESIDUAL, random(1, 3), random(2, 2)));
        assertThat(profile.profile().layers()).containsExactly(1, 2);
        assertThat(profile.profile().modules()).containsExactly("mlp.up_proj", "self_attn.q_proj");
        EditProfile.Projection projection = projection(profile);
        assertThat(projection.ranks()).containsExactlyInAnyOrderEntriesOf(Map.of(1, 3, 2, 2));
        assertThat(projection.dimension()).isEqualTo(8);
        assertThat(projection.chance()).isBetween(2.0 / 8, 3.0 / 8);
        assertThat(projection.retained()).isBetween(0.05, projection.best());
        assertThat(projection.retention()).hasSize(4);
        assertThat(new ProfileStore(folder.resolve("profiles")).load("cut").profile())
                .isEqualTo(profile.profile());
    }

    @Test
    void fullRankGivesTheMatricesBack() {
        ProjectedTaskVector whole = projected(Variant.RESIDUAL, random(1, 8));
        float[] raw = TaskVector.between(base, tuned, ALL, DType.F32).exact(QUERY);
        float[] given = whole.project(QUERY);
        for (int i = 0; i < raw.length; i++) {
            assertThat(given[i]).isCloseTo(raw[i], within(1e-6f));
        }
        EnergyRetention kept = SmallModel.at(byName(whole), QUERY.canonical());
        assertThat(kept.share()).isCloseTo(1, within(1e-5));
        assertThat(kept.chance()).isEqualTo(1);
    }

    @Test
    void aProfileGivesWhatItsCheckpointsGive() {
        TaskVector vector = TaskVector.between(base, tuned, ALL, DType.F32);
        new ProfileWriter(folder.resolve("profiles")).write(Profiles.draft("raw"), vector);
        DecoderDirections directions = random(1, 3);
        try (ProfileContents raw =
                ProfileContents.open(new ProfileStore(folder.resolve("profiles")).load("raw"))) {
            ProjectedTaskVector ofProfile =
                    new ProjectedTaskVector(
                            TaskMatrices.of(raw),
                            List.of(directions),
                            Variant.RESIDUAL,
                            base,
                            1,
                            Map.of());
            assertThat(ofProfile.project(QUERY))
                    .containsExactly(projected(Variant.RESIDUAL, directions).project(QUERY));
            assertThat(ofProfile.baseHash(QUERY))
                    .isEqualTo(projected(Variant.RESIDUAL, directions).baseHash(QUERY));
        }
    }

    /// The corrected subspace of a reader holds each direction times the gain before it.
    @Test
    void normCorrectedDirectionsPassTheGain() {
        DecoderDirections one = random(1, 1);
        float[] projected = projected(Variant.NORM_CORRECTED, one).project(QUERY);
        Checkpoint.Located norm = base.locate(WeightName.ofLayer(1, "input_layernorm").canonical());
        float[] gain = norm.file().floats(norm.info());
        for (int row = 0; row < 8; row++) {
            double factor = projected[row * 8] / (one.rows()[0][0] * (1 + gain[0]));
            for (int i = 0; i < 8; i++) {
                assertThat(projected[row * 8 + i])
                        .isCloseTo(
                                (float) (factor * one.rows()[0][i] * (1 + gain[i])), within(1e-5f));
            }
        }
        assertThat(projected).isNotEqualTo(projected(Variant.RESIDUAL, one).project(QUERY));
    }

    @Test
    void theSameInputsGiveTheSameBytes() {
        for (String store : List.of("one", "two")) {
            new ProfileWriter(folder.resolve(store))
                    .write(Profiles.draft("cut"), projected(Variant.RESIDUAL, random(3, 2)));
        }
        for (String file : List.of("profile.yaml", "deltas.safetensors")) {
            assertThat(folder.resolve("one/cut").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("two/cut").resolve(file));
        }
    }

    @Test
    void directionsSurviveTheirFile() {
        List<DecoderDirections> directions = List.of(random(0, 2), random(3, 5));
        Path file = folder.resolve("directions.safetensors");
        DirectionsFile.write(file, directions);
        List<DecoderDirections> read = DirectionsFile.read(file);
        assertThat(read).extracting(DecoderDirections::layer).containsExactly(0, 3);
        assertThat(read.get(1).rows()).isDeepEqualTo(directions.get(1).rows());
    }

    @Test
    void refusesDirectionsOfAnotherWidth() {
        DecoderDirections narrow = new DecoderDirections(1, Subspace.random(2, 4, 1));
        assertThatThrownBy(() -> projected(Variant.RESIDUAL, narrow))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "directions of width 4 were given, the residual stream has 8");
    }

    @Test
    void refusesALayerGivenTwice() {
        assertThatThrownBy(() -> projected(Variant.RESIDUAL, random(1, 2), random(1, 3)))
                .hasMessage("directions: layer 1 was given twice");
    }

    private static EditProfile.Projection projection(ProfileFolder profile) {
        return Objects.requireNonNull(
                Objects.requireNonNull(profile.profile().provenance()).projection());
    }

    private static Map<String, EnergyRetention> byName(ProjectedTaskVector vector) {
        Map<String, EnergyRetention> all = new java.util.TreeMap<>();
        vector.retention().forEach((name, kept) -> all.put(name.canonical(), kept));
        return all;
    }
}
