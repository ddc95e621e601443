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
import dev.stethos.gemma.Revision;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LoraAdapterTest {
    private static final String UP = "model.layers.2.mlp.up_proj";
    private static final String Q = "model.language_model.layers.0.self_attn.q_proj";
    private static final String CONFIG = "{\"peft_type\": \"LORA\", \"r\": 8, \"lora_alpha\": 3%s}";

    @TempDir private Path folder;
    private final Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
    private Checkpoint base;
    private Path adapter;

    @BeforeEach
    void open() throws IOException {
        base = Checkpoint.open(SmallModel.write(folder.resolve("base"), DType.BF16, weights));
        adapter = Files.createDirectory(folder.resolve("adapter"));
    }

    @AfterEach
    void close() {
        base.close();
    }

    private static float[] random(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 8;
        }
        return values;
    }

    private static List<NamedTensor> pair(String module, float[] a, float[] b, int rank) {
        String stem = "base_model.model." + module;
        return List.of(
                NamedTensor.ofFloats(
                        stem + ".lora_A.weight",
                        DType.F32,
                        List.of((long) rank, (long) a.length / rank),
                        a),
                NamedTensor.ofFloats(
                        stem + ".lora_B.weight",
                        DType.F32,
                        List.of((long) b.length / rank, (long) rank),
                        b));
    }

    @SafeVarargs
    private void save(String more, List<NamedTensor>... pairs) throws IOException {
        Files.writeString(adapter.resolve("adapter_config.json"), CONFIG.formatted(more));
        List<NamedTensor> tensors = new ArrayList<>();
        for (List<NamedTensor> pair : pairs) {
            tensors.addAll(pair);
        }
        SafetensorsWriter.write(
                adapter.resolve("adapter_model.safetensors"), Map.of("format", "pt"), tensors);
    }

    private ProfileFolder write() {
        try (LoraAdapter lora = LoraAdapter.open(adapter, base)) {
            ProfileWriter.Draft draft =
                    new ProfileWriter.Draft(
                            "lora",
                            "",
                            new EditProfile.ModelReference("small", "0".repeat(64)),
                            null,
                            1,
                            null,
                            "test",
                            "test");
            return new NewProfile(folder.resolve("profiles"), "lora", false)
                    .write(draft, lora, base, Progress.NONE);
        }
    }

    /// The merged weight is `W + alpha / r * B A` in double precision, rounded once.
    @ParameterizedTest
    @ValueSource(strings = {"", ", \"use_rslora\": true"})
    void atFullRankItIsTheMergedWeightWithinOneRounding(String more) throws IOException {
        double scale = more.isEmpty() ? 3.0 / 8 : 3 / Math.sqrt(8);
        float[] a = random(8 * 8, 3);
        float[] b = random(12 * 8, 4);
        save(more, pair(UP, a, b, 8), pair(Q, random(64, 5), random(64, 6), 8));
        String name = UP + ".weight";
        try (Revision plain = SmallModel.load(base);
                ResolvedEdits edits = new EditResolver(2).resolve(write(), base);
                Revision edited = EditedRevision.of(plain, edits)) {
            assertThat(edited.ownedNames())
                    .containsExactlyInAnyOrder(name, "model.layers.0.self_attn.q_proj.weight");
            float[] before = plain.tensor(name).toFloats();
            float[] after = edited.tensor(name).toFloats();
            boolean changed = false;
            for (int i = 0; i < after.length; i++) {
                double delta = 0;
                for (int k = 0; k < 8; k++) {
                    delta += (double) b[i / 8 * 8 + k] * a[k * 8 + i % 8];
                }
                double merged = before[i] + scale * delta;
                double spacing = Math.ulp((float) merged) * (1 << 16);
                assertThat((double) after[i]).isCloseTo(merged, within(spacing));
                changed |= after[i] != before[i];
            }
            assertThat(changed).isTrue();
        }
    }

    @Test
    void leavesOutPairsThatAddNothingAndRecordsTheAdapter() throws IOException {
        save(
                "",
                pair(UP, random(64, 1), new float[96], 8),
                pair(Q, random(64, 5), random(64, 6), 8));
        ProfileFolder written = write();
        assertThat(written.profile().layers()).containsExactly(0);
        assertThat(
                        Objects.requireNonNull(
                                        Objects.requireNonNull(written.profile().provenance())
                                                .adapter())
                                .model())
                .isEqualTo("adapter");
        float[] product = Profiles.multiply(random(64, 6), random(64, 5), 8, 8, 8);
        double energy = 0;
        for (float value : product) {
            energy += Math.pow(value * 3 / 8.0, 2);
        }
        assertThat(written.profile().provenance().energy().get(0)).isCloseTo(energy, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "model.layers.9.mlp.up_proj||no tensor model.layers.9.mlp.up_proj.weight",
                "transformer.h.0.attn||tensor transformer.h.0.attn.weight: a name begins with one of",
                "model.vision_tower.x||it edits what is not part of the text decoder",
                "model.layers.2.mlp.up_proj|, \"layers_to_transform\": [1]|layers_to_transform is [1]",
                "model.layers.2.mlp.up_proj|, \"rank_pattern\": {\"up_proj\": 4}|adapter_config.json says rank 4",
                "model.layers.2.self_attn.q_proj||B [12, 8] times A [8, 8], base has [8, 8]",
            })
    void refusesPairsThatDoNotFit(String module, String more, String message) throws IOException {
        save(more == null ? "" : more, pair(module, random(64, 1), random(96, 2), 8));
        assertThatThrownBy(this::write).hasMessageContaining(message);
        assertThat(folder.resolve("profiles").resolve("lora")).doesNotExist();
    }

    @Test
    void refusesDoraMagnitudesEmbeddingsAndHalves() throws IOException {
        float[] two = {1, 2};
        for (String[] named :
                new String[][] {
                    {UP + ".lora_magnitude_vector", "DoRA rescales whole weights"},
                    {"model.embed_tokens.lora_embedding_A", "an embedding's LoRA"},
                    {UP + ".lora_A.weight", "without its other half"},
                    {UP + ".lora_A.default.weight", "allowed are base_model.model."}
                }) {
            save(
                    "",
                    List.of(
                            NamedTensor.ofFloats(
                                    "base_model.model." + named[0], DType.F32, List.of(2L), two)));
            assertThatThrownBy(() -> LoraAdapter.open(adapter, base))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(named[1]);
        }
    }

    @Test
    void refusesPicklesWithoutOpeningThem() throws IOException {
        Files.writeString(adapter.resolve("adapter_config.json"), CONFIG.formatted(""));
        Path pickle = Files.writeString(adapter.resolve("adapter_model.bin"), "not even a pickle");
        assertThatThrownBy(() -> LoraAdapter.open(adapter, base))
                .hasMessageContaining("adapter_model.bin was given, a pickle runs code");
        assertThatThrownBy(() -> LoraAdapter.open(pickle, base))
                .hasMessageContaining("pickles (.bin, .pt) are never opened");
    }

    @Test
    void refusesAnAdapterThatAddsNothing() throws IOException {
        save("", pair(UP, random(64, 1), new float[96], 8));
        assertThatThrownBy(this::write).hasMessageContaining("every selected delta is 0");
    }
}
