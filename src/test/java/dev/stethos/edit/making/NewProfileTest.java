package dev.stethos.edit.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewProfileTest {
    private static final WeightSelection LAYERS =
            WeightSelection.of(SmallModel.LAYERS, SmallModel.LAYER_MODULES);

    @TempDir private Path folder;
    private final Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
    private Path store;
    private Checkpoint base;
    private Checkpoint tuned;

    @BeforeEach
    void open() {
        store = folder.resolve("profiles");
        base = checkpoint("base", weights);
        tuned = checkpoint("tuned", SmallModel.tuned(weights, 2));
    }

    @AfterEach
    void close() {
        base.close();
        tuned.close();
    }

    private Checkpoint checkpoint(String name, Map<String, float[]> values) {
        return Checkpoint.open(SmallModel.write(folder.resolve(name), DType.F32, values));
    }

    private void make(boolean replace, Checkpoint other, DType type) {
        new NewProfile(store, "p", replace)
                .write(
                        Profiles.draft("p"),
                        TaskVector.between(base, other, LAYERS, type),
                        base,
                        Progress.NONE);
    }

    @Test
    void appearsWholeAndAlone() throws IOException {
        make(false, tuned, DType.F32);
        try (Stream<Path> entries = Files.list(store)) {
            assertThat(entries).containsExactly(store.resolve("p"));
        }
        assertThat(new ProfileStore(store).load("p").profile().layers()).hasSize(4);
    }

    @Test
    void replacesOnlyWhenAsked() throws IOException {
        make(false, tuned, DType.F32);
        Files.writeString(store.resolve("p/profile.sig"), "of the old manifest");
        assertThatThrownBy(() -> make(false, tuned, DType.BF16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("profile p: it exists, allowed is another name or --replace");
        long before = Files.size(store.resolve("p/deltas.safetensors"));
        make(true, tuned, DType.BF16);
        assertThat(Files.size(store.resolve("p/deltas.safetensors"))).isLessThan(before);
        assertThat(store.resolve("p/profile.sig")).doesNotExist();
    }

    @Test
    void leavesNothingBehindWhenItIsRefused() throws IOException {
        Map<String, float[]> large = new TreeMap<>(weights);
        float[] huge = SmallModel.at(weights, "model.layers.2.mlp.up_proj.weight").clone();
        huge[5] += 1000;
        large.put("model.layers.2.mlp.up_proj.weight", huge);
        make(false, tuned, DType.F32);
        byte[] manifest = Files.readAllBytes(store.resolve("p/profile.yaml"));
        try (Checkpoint unsafe = checkpoint("large", large)) {
            assertThatThrownBy(() -> make(true, unsafe, DType.F32))
                    .isInstanceOf(InvalidProfileException.class)
                    .hasMessageContaining("tensor model.layers.2.mlp.up_proj.weight: norm");
        }
        try (Stream<Path> entries = Files.list(store)) {
            assertThat(entries).containsExactly(store.resolve("p"));
        }
        assertThat(store.resolve("p/profile.yaml")).hasBinaryContent(manifest);
    }

    @Test
    void refusesANameThatIsNone() {
        assertThatThrownBy(() -> new NewProfile(store, "../p", false))
                .isInstanceOf(InvalidProfileException.class)
                .hasMessageContaining("profile name '../p'");
    }
}
