package dev.stethos.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileImportLoraCommandTest {
    private static final String TENSOR = "model.layers.3.self_attn.q_proj.weight";
    private static final String STEM = "base_model.model.model.layers.3.self_attn.q_proj.lora_";

    @TempDir private Path dir;
    private Path adapter;
    private Path store;

    /// A rank-2 pair for one projection of the embedded model.
    @BeforeEach
    void writeAnAdapter() throws IOException {
        store = Files.createDirectory(dir.resolve("profiles"));
        adapter = Files.createDirectory(dir.resolve("adapter"));
        List<Long> shape;
        try (SafetensorsFile base =
                SafetensorsFile.open(Path.of("src/main/resources/tiny/base/model.safetensors"))) {
            shape = base.tensor(TENSOR).shape();
        }
        SafetensorsWriter.write(
                adapter.resolve("adapter_model.safetensors"),
                Map.of(),
                List.of(
                        half("A", List.of(2L, shape.getLast())),
                        half("B", List.of(shape.getFirst(), 2L))));
        configure("");
    }

    private static NamedTensor half(String name, List<Long> shape) {
        float[] values = new float[Math.toIntExact(shape.getFirst() * shape.getLast())];
        Arrays.fill(values, 0.01f);
        return NamedTensor.ofFloats(STEM + name + ".weight", DType.F32, shape, values);
    }

    private void configure(String more) throws IOException {
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4%s}".formatted(more));
    }

    private Commands run(String... more) {
        return Commands.stethos(
                Stream.concat(
                                Stream.of(
                                        "profile",
                                        "import-lora",
                                        adapter.toString(),
                                        "--base",
                                        "embedded",
                                        "--output",
                                        store.toString(),
                                        "--name",
                                        "lora"),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    @Test
    void makesALowRankProfileThatSaysWhereItIsFrom() {
        Commands run = run("--scale", "0.5");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("layers [3]");
        EditProfile profile = new ProfileStore(store).load("lora").profile();
        assertThat(profile.scale()).isEqualTo(0.5);
        assertThat(profile.modules()).containsExactly("self_attn.q_proj");
        assertThat(profile.base().tensors()).containsOnlyKeys(TENSOR);
        EditProfile.Provenance provenance = Objects.requireNonNull(profile.provenance());
        assertThat(Objects.requireNonNull(provenance.adapter()).model()).isEqualTo("adapter");
        assertThat(provenance.command())
                .isEqualTo(
                        "./stethos profile import-lora adapter --base tiny-gemma-3 --name lora --scale 0.5");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                ", \"use_dora\": true|dora",
                ", \"bias\": \"all\"|bias",
                ", \"modules_to_save\": [\"embed_tokens\"]|modules_to_save",
            })
    void refusesWhatIsNoPlainLoraAndWritesNothing(String more, String named) throws IOException {
        configure(more);
        Commands run = run();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).containsIgnoringCase(named);
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void refusesAFolderThatIsNoAdapter() throws IOException {
        Files.delete(adapter.resolve("adapter_config.json"));
        Commands run = run();
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("adapter_config.json");
        assertThat(store).isEmptyDirectory();
    }
}
