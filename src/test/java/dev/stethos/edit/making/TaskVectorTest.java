package dev.stethos.edit.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.InvalidWeightsException;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TaskVectorTest {
    @TempDir private Path folder;
    private final Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
    private final Map<String, float[]> tunedWeights = SmallModel.tuned(weights, 2);
    private Checkpoint base;
    private Checkpoint tuned;

    @BeforeEach
    void open() {
        base = open("base", DType.F32, weights);
        tuned = open("tuned", DType.F32, tunedWeights);
    }

    @AfterEach
    void close() {
        base.close();
        tuned.close();
    }

    private Checkpoint open(String name, DType type, Map<String, float[]> values) {
        return Checkpoint.open(SmallModel.write(folder.resolve(name), type, values));
    }

    @Test
    void isTunedMinusBaseOnTheSelectedTensors() {
        WeightSelection selection = WeightSelection.of(List.of(2), Set.of("mlp.up_proj", "norm"));
        TaskVector vector = TaskVector.between(base, tuned, selection, DType.F32);
        assertThat(vector.parts())
                .extracting(part -> part.name().canonical())
                .containsExactly("model.norm.weight", "model.layers.2.mlp.up_proj.weight");
        ProfileFolder profile = Profiles.write(folder, "p", vector);
        try (SafetensorsFile deltas = profile.openDeltas()) {
            assertThat(deltas.tensors()).hasSize(2);
            for (TaskVector.Part part : vector.parts()) {
                String name = part.name().canonical();
                float[] given = deltas.floats(deltas.tensor(name));
                for (int i = 0; i < given.length; i++) {
                    assertThat(given[i])
                            .isEqualTo(
                                    SmallModel.at(tunedWeights, name)[i]
                                            - SmallModel.at(weights, name)[i]);
                }
            }
        }
    }

    @Test
    void measuresEnergyPerLayer() {
        WeightSelection selection = WeightSelection.of(List.of(0, 2), SmallModel.ALL_MODULES);
        TaskVector vector = TaskVector.between(base, tuned, selection, DType.F32);
        assertThat(vector.energyByLayer().keySet()).containsExactly(0, 2);
        double energy = 0;
        for (String module : SmallModel.LAYER_MODULES) {
            String name = "model.layers.2." + module + ".weight";
            for (int i = 0; i < SmallModel.at(weights, name).length; i++) {
                energy +=
                        Math.pow(
                                SmallModel.at(tunedWeights, name)[i]
                                        - SmallModel.at(weights, name)[i],
                                2);
            }
        }
        assertThat(vector.energyByLayer().get(2)).isCloseTo(energy, within(1e-12));
    }

    @Test
    void leavesOutTensorsThatDoNotDiffer() {
        Map<String, float[]> half = new TreeMap<>(tunedWeights);
        half.put(
                "model.layers.1.mlp.up_proj.weight",
                SmallModel.at(weights, "model.layers.1.mlp.up_proj.weight"));
        WeightSelection selection = WeightSelection.of(List.of(1, 2), Set.of("mlp.up_proj"));
        try (Checkpoint other = open("half", DType.F32, half)) {
            ProfileFolder profile =
                    Profiles.write(
                            folder, "p", TaskVector.between(base, other, selection, DType.F32));
            assertThat(profile.profile().layers()).containsExactly(2);
        }
        TaskVector nothing = TaskVector.between(base, base, selection, DType.F32);
        assertThat(nothing.parts()).isEmpty();
        assertThatThrownBy(() -> Profiles.write(folder, "p", nothing))
                .hasMessage("profile p: nothing to write, every selected delta is 0");
    }

    @Test
    void writesTheSameBytesForTheSameInputs() {
        WeightSelection selection = WeightSelection.of(SmallModel.LAYERS, SmallModel.ALL_MODULES);
        for (DType type : List.of(DType.F32, DType.BF16)) {
            for (String store : List.of("one", "two")) {
                Profiles.write(
                        folder.resolve(store),
                        "p",
                        TaskVector.between(base, tuned, selection, type));
            }
            for (String file : List.of("profile.yaml", "deltas.safetensors")) {
                assertThat(folder.resolve("one/p").resolve(file))
                        .hasSameBinaryContentAs(folder.resolve("two/p").resolve(file));
            }
        }
    }

    @Test
    void writesAProfileThatTheStoreReadsBack() {
        WeightSelection selection = WeightSelection.of(List.of(1), Set.of("mlp.up_proj"));
        ProfileFolder written =
                Profiles.write(folder, "p", TaskVector.between(base, tuned, selection, DType.BF16));
        assertThat(new ProfileStore(folder).load("p")).isEqualTo(written);
        try (SafetensorsFile deltas = written.openDeltas()) {
            assertThat(deltas.tensors()).allMatch(info -> info.dtype() == DType.BF16);
        }
    }

    @Test
    void refusesValuesThatAreNotFinite() {
        SmallModel.at(tunedWeights, "model.norm.weight")[3] = Float.NaN;
        WeightSelection norm = WeightSelection.of(List.of(), Set.of("norm"));
        try (Checkpoint bad = open("bad", DType.F32, tunedWeights)) {
            assertThatThrownBy(() -> TaskVector.between(base, bad, norm, DType.F32))
                    .isInstanceOf(InvalidWeightsException.class)
                    .hasMessageContaining(
                            "tensor model.norm.weight: it, its base or their difference");
        }
    }

    @Test
    void refusesCheckpointsThatDoNotFitEachOther() {
        WeightSelection norm = WeightSelection.of(List.of(), Set.of("norm"));
        try (Checkpoint other = open("bf16", DType.BF16, tunedWeights)) {
            assertThatThrownBy(() -> TaskVector.between(base, other, norm, DType.F32))
                    .hasMessageContaining("tensor model.norm.weight: BF16 [8], base has F32 [8]");
        }
        Path wide = folder.resolve("wide");
        CheckpointWriter.write(
                wide,
                Map.of("config.json", "{}".getBytes(StandardCharsets.UTF_8)),
                List.of(
                        List.of(
                                NamedTensor.ofFloats(
                                        "model.norm.weight", DType.F32, List.of(4L), 1, 2, 3, 4))));
        try (Checkpoint other = Checkpoint.open(wide)) {
            assertThatThrownBy(() -> TaskVector.between(base, other, norm, DType.F32))
                    .hasMessageContaining("tensor model.norm.weight: F32 [4], base has F32 [8]");
            assertThatThrownBy(() ->
                            TaskVector.between(
                                    base,
                                    other,
                                    WeightSelection.of(List.of(0), Set.of("mlp.up_proj")),
                                    DType.F32))
                    .hasMessageContaining("no tensor model.layers.0.mlp.up_proj.weight");
        }
        assertThatThrownBy(() -> TaskVector.between(base, tuned, norm, DType.F16))
                .hasMessage("delta type F16, allowed are F32 and BF16");
    }
}
