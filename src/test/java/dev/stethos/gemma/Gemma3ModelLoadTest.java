package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.gemma.config.InvalidModelException;
import dev.stethos.gemma.text.TestTokenizer;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Gemma3ModelLoadTest {
    private static final Gemma3Config TIED = config(true);
    private static final RandomCheckpoint CHECKPOINT =
            RandomCheckpoint.of(TIED, "language_model.model.", 2, DType.F32);
    private static final String UP = "model.layers.1.mlp.up_proj.weight";

    @TempDir private Path folder;
    private long tensorsBefore;

    @BeforeEach
    void countTensors() {
        tensorsBefore = Tensor.liveCount();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(Tensor.liveCount()).isEqualTo(tensorsBefore);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeLoadsExactly(DType type) {
        RandomCheckpoint checkpoint = RandomCheckpoint.of(TIED, "model.", 1, type);
        try (Gemma3Model model = load(checkpoint.write(folder))) {
            assertThat(model.weightType())
                    .isEqualTo(type == DType.BF16 ? ScalarType.BF16 : ScalarType.F32);
            assertWeights(model, checkpoint.weights());
            assertThat(model.config()).isEqualTo(TIED);
            assertThat(model.base().names()).isEqualTo(checkpoint.weights().keySet());
        }
    }

    @Test
    void mixedTypesAndOddOffsetsLoadExactly() {
        List<NamedTensor> tensors = new ArrayList<>();
        tensors.add(NamedTensor.ofFloats("vision_tower.odd", DType.BF16, List.of(3L), 1, 2, 3));
        CHECKPOINT
                .weights()
                .forEach((name, values) -> tensors.add(tensor(name, DType.F32, values)));
        CheckpointWriter.write(folder, CHECKPOINT.files(), List.of(tensors));
        try (Gemma3Model model = load(folder)) {
            assertThat(model.checkpoint().locate(UP).info().begin() % Float.BYTES).isNotZero();
            assertThat(model.weightType()).isEqualTo(ScalarType.F32);
            assertWeights(model, CHECKPOINT.weights());
        }
    }

    @Test
    void aSingleWideTensorMakesTheModelWide() {
        RandomCheckpoint narrow = RandomCheckpoint.of(TIED, "model.", 1, DType.BF16);
        List<NamedTensor> tensors = new ArrayList<>();
        narrow.weights()
                .forEach((name, values) -> {
                    DType type = name.contains("norm") ? DType.F32 : DType.BF16;
                    tensors.add(tensor(name, type, values));
                });
        CheckpointWriter.write(folder, narrow.files(), List.of(tensors));
        try (Gemma3Model model = load(folder)) {
            assertThat(model.weightType()).isEqualTo(ScalarType.F32);
            assertWeights(model, narrow.weights());
        }
    }

    @Test
    void theBaseIsNamedByConfigurationAndContent() throws IOException {
        Path other = folder.resolve("other");
        String id;
        try (Gemma3Model model = load(CHECKPOINT.write(folder.resolve("one")))) {
            id = model.base().id();
        }
        assertThat(id).matches("[0-9a-f]{64}");
        try (Gemma3Model model = load(CHECKPOINT.write(other))) {
            assertThat(model.base().id()).isEqualTo(id);
        }
        String json = CHECKPOINT.configJson().put("rms_norm_eps", 1e-5).toString();
        Files.writeString(other.resolve("config.json"), json);
        try (Gemma3Model model = load(other)) {
            assertThat(model.base().id()).isNotEqualTo(id);
        }
        Map<String, float[]> changed = new LinkedHashMap<>(CHECKPOINT.weights());
        float[] up = Objects.requireNonNull(changed.get(UP)).clone();
        up[7] += 1;
        changed.put(UP, up);
        try (Gemma3Model model = load(write(changed))) {
            assertThat(model.base().id()).isNotEqualTo(id);
        }
    }

    @Test
    void aTiedModelDoesNotUseAHeadInItsFiles() {
        RandomCheckpoint untied = RandomCheckpoint.of(config(false), "model.", 1, DType.F32);
        untied.write(folder);
        assertThat(untied.weights()).containsKey("lm_head.weight");
        CheckpointWriter.write(folder, CHECKPOINT.files(), List.of(tensors(untied.weights())));
        try (Gemma3Model model = load(folder)) {
            assertThat(model.base().names()).doesNotContain("lm_head.weight");
        }
    }

    @Test
    void anUntiedModelNeedsItsHead() throws IOException {
        CHECKPOINT.write(folder);
        Files.writeString(
                folder.resolve("config.json"),
                CHECKPOINT.configJson().put("tie_word_embeddings", false).toString());
        assertRefused(folder, "missing [lm_head.weight], not expected []");
    }

    @Test
    void refusesWeightsThatAreNotTheConfigurations() {
        Map<String, float[]> without = new LinkedHashMap<>(CHECKPOINT.weights());
        without.remove(UP);
        assertRefused(write(without), "missing [" + UP + "], not expected []");
        Map<String, float[]> more = new LinkedHashMap<>(CHECKPOINT.weights());
        more.put("model.layers.7.mlp.up_proj.weight", new float[40 * 24]);
        assertRefused(write(more), "not expected [model.layers.7.mlp.up_proj.weight]");
        Map<String, float[]> shorter = new LinkedHashMap<>(CHECKPOINT.weights());
        shorter.put(UP, new float[39 * 24]);
        assertRefused(
                write(shorter), "tensor " + UP + ": shape [39, 24], config.json gives [40, 24]");
    }

    @Test
    void refusesAVocabularySmallerThanTheTokenizers() throws IOException {
        CHECKPOINT.write(folder);
        Files.writeString(
                folder.resolve("config.json"),
                CHECKPOINT.configJson().put("vocab_size", 100).toString());
        assertRefused(folder, "tokenizer.json has " + TestTokenizer.size() + " ids");
    }

    private void assertWeights(Gemma3Model model, Map<String, float[]> weights) {
        weights.forEach((name, values) ->
                assertThat(model.base().tensor(name).toFloats()).as(name).isEqualTo(values));
    }

    private void assertRefused(Path model, String message) {
        assertThatThrownBy(() -> load(model))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    private Gemma3Model load(Path model) {
        return Gemma3Model.load(model, folder.resolve("cache"), ComputeType.AUTO);
    }

    private Path write(Map<String, float[]> weights) {
        CheckpointWriter.write(folder, CHECKPOINT.files(), List.of(tensors(weights)));
        return folder;
    }

    private static List<NamedTensor> tensors(Map<String, float[]> weights) {
        List<NamedTensor> tensors = new ArrayList<>();
        weights.forEach((name, values) -> tensors.add(tensor(name, DType.F32, values)));
        return tensors;
    }

    /// The shape is that of the layout, with as many rows as there are values for.
    private static NamedTensor tensor(String name, DType type, float[] values) {
        String known = name.replace("layers.7", "layers.1");
        List<Long> shape = new ArrayList<>(new WeightLayout(config(false)).shapes().get(known));
        long inner = shape.size() == 1 ? 1 : shape.getLast();
        shape.set(0, values.length / inner);
        return NamedTensor.ofFloats(name, type, shape, values);
    }

    private static Gemma3Config config(boolean tied) {
        return new Gemma3Config(
                2, 24, 40, 2, 1, 8, 400, 64, 4, List.of(false, true), 1e4, 1e2, 1, 8, 1e-6, tied);
    }
}
