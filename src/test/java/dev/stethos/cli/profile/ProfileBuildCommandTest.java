package dev.stethos.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileBuildCommandTest {
    private static final String TUNED = "src/main/resources/tiny/tuned";

    @TempDir private Path store;

    private Commands build(String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of("profile", "build", "--base", "embedded", "--tuned", TUNED));
        arguments.addAll(List.of("--output", store.toString()));
        arguments.addAll(List.of(more));
        return Commands.stethos(arguments.toArray(String[]::new));
    }

    private EditProfile.Provenance provenance(String name) {
        return Objects.requireNonNull(new ProfileStore(store).load(name).profile().provenance());
    }

    @Test
    void makesTheDeltasThatShip() {
        EditProfile shipped =
                new ProfileStore(Path.of("edit-profiles")).load("number-theory").profile();
        String layers =
                shipped.layers().stream().map(String::valueOf).collect(Collectors.joining(","));
        Commands run = build("--name", "again", "--layers", layers);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("tensors of layers " + shipped.layers())
                .contains("round trip at scale 1: 0 of ");
        assertThat(store.resolve("again/deltas.safetensors"))
                .hasSameBinaryContentAs(Path.of("edit-profiles/number-theory/deltas.safetensors"));
        assertThat(provenance("again").command())
                .isEqualTo(
                        "./stethos profile build --base tiny-gemma-3 --tuned tuned --name again --layers %s --scale 1.0 --dtype f32"
                                .formatted(layers));
    }

    @Test
    void cutsToARankAndSaysWhatIsKept() {
        Commands run = build("--name=cut", "--layers=8", "--modules=mlp", "--rank=4");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("energy retention at rank 4:")
                .containsPattern("model\\.layers\\.8\\.mlp\\.up_proj\\.weight +[0-9.]+ %");
        assertThat(Objects.requireNonNull(provenance("cut").truncation()).retention())
                .hasSize(3)
                .allSatisfy((name, kept) -> assertThat(kept).isBetween(0.01, 0.99));
    }

    @Test
    void takesTheLayersOfADiagnosis() throws IOException {
        Path diagnosis =
                Files.writeString(
                        store.resolve("diagnosis.json"),
                        """
                        {"layers": [7, 3], "formula": "math minus control", "scores": {"3": 0.5, "7": 2},
                         "candidates": {"A": {"layers": {"3": {"score": 1.5, "z": 4}}}},
                         "controls": {"loss drop": {"3": -0.25}}}
                        """);
        Commands run =
                build(
                        "--name=auto",
                        "--layers=auto",
                        "--diagnosis=" + diagnosis,
                        "--modules=self_attn.q_proj",
                        "--dtype=bf16");
        assertThat(run.err()).isEmpty();
        assertThat(new ProfileStore(store).load("auto").profile().layers()).containsExactly(3, 7);
        EditProfile.LayerChoice choice = Objects.requireNonNull(provenance("auto").choice());
        assertThat(choice.formula()).isEqualTo("math minus control");
        assertThat(choice.scores()).containsEntry(7, 2.0);
        assertThat(choice.inputs()).containsKey("diagnosis");
        assertThat(choice.diagnosis())
                .containsOnly(
                        Map.entry("A", new TreeMap<>(Map.of(3, 1.5))),
                        Map.entry("A, z", new TreeMap<>(Map.of(3, 4.0))),
                        Map.entry("loss drop", new TreeMap<>(Map.of(3, -0.25))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--layers=12|--layers: layer 12 was given, the base has 0 to 11",
                "--layers=3;5|--layers: '3;5' was given, allowed are numbers and ranges",
                "--layers=5-3|--layers: the range 5-3 ends before it begins",
                "--layers=auto|--layers: auto needs --diagnosis FILE",
                "--diagnosis=x.json|--diagnosis: given with --layers all",
                "--modules=up_proj|--modules: 'up_proj' was given, the base has [embed_tokens, input_layernorm",
                "--modules=norm|tuned: no tensor model.norm.weight",
                "--dtype=f16|'f16' was given, allowed are f32 and bf16",
                "--rank=0|rank 0, allowed is at least 1",
                "--scale=1e9|tensor model.layers.0.input_layernorm.weight: norm",
            })
    void refusesBadInputAndWritesNothing(String option, String message) throws IOException {
        Commands run = build("--name=p", option);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(Files.list(store)).isEmpty();
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(Commands.stethos("profile", "build", "--help").out())
                .contains("--base", "--tuned", "--name", "--output", "--layers", "--modules")
                .contains("--scale", "--dtype", "--rank", "--description", "--diagnosis");
    }
}
