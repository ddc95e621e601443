package dev.stethos.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CheckpointTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir private Path folder;

    @BeforeEach
    void writeTwoShards() {
        CheckpointWriter.write(
                folder,
                Map.of(),
                List.of(
                        List.of(
                                tensor("language_model.model.embed_tokens.weight", 1),
                                tensor("vision_tower.x.weight", 2)),
                        List.of(
                                tensor("language_model.model.layers.0.mlp.up_proj.weight", 3),
                                tensor("language_model.model.norm.weight", 4))));
    }

    private static NamedTensor tensor(String name, float value) {
        return NamedTensor.ofFloats(name, DType.BF16, List.of(2L), value, -value);
    }

    @Test
    void findsTensorsOfEveryShardUnderCanonicalNames() {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.names())
                    .containsExactly(
                            "model.embed_tokens.weight",
                            "model.layers.0.mlp.up_proj.weight",
                            "model.norm.weight");
            assertThat(checkpoint.skipped()).containsExactly("vision_tower.x.weight");
            assertThat(checkpoint.locate("model.norm.weight").floats()).containsExactly(4, -4);
            assertThat(checkpoint.locate("model.norm.weight").file().name()).isEqualTo(SECOND);
            assertThatThrownBy(() -> checkpoint.locate("model.layers.1.mlp.up_proj.weight"))
                    .hasMessageContaining(
                            "no tensor model.layers.1.mlp.up_proj.weight, it has [model.");
        }
    }

    @Test
    void readsASingleFile(@TempDir Path single) {
        CheckpointWriter.write(single, Map.of(), List.of(List.of(tensor("model.norm.weight", 5))));
        try (Checkpoint checkpoint = Checkpoint.open(single)) {
            assertThat(checkpoint.locate("model.norm.weight").floats()).containsExactly(5, -5);
        }
    }

    @Test
    void refusesAMissingShard() throws IOException {
        Files.delete(folder.resolve(SECOND));
        refused(SECOND + ": no such file");
    }

    @Test
    void refusesATruncatedShard() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(SECOND));
        Files.write(folder.resolve(SECOND), Arrays.copyOf(bytes, bytes.length - 1));
        refused(
                SECOND
                        + ": tensor language_model.model.norm.weight: ends at data byte 8, the file has 7");
    }

    @Test
    void refusesExchangedShards() throws IOException {
        Path aside = folder.resolve("aside");
        Files.move(folder.resolve(FIRST), aside);
        Files.move(folder.resolve(SECOND), folder.resolve(FIRST));
        Files.move(aside, folder.resolve(SECOND));
        refused(
                FIRST
                        + ": tensor language_model.model.layers.0.mlp.up_proj.weight is here, the index says "
                        + SECOND);
    }

    @Test
    void refusesATensorInTwoShards() {
        SafetensorsWriter.write(
                folder.resolve(FIRST),
                Map.of(),
                List.of(
                        tensor("language_model.model.embed_tokens.weight", 1),
                        tensor("vision_tower.x.weight", 2),
                        tensor("language_model.model.norm.weight", 4)));
        refused(
                FIRST
                        + ": tensor language_model.model.norm.weight is here, the index says "
                        + SECOND);
    }

    @Test
    void refusesATensorThatTheIndexDoesNotHave() throws IOException {
        edit("\"language_model.model.norm.weight\"", "\"language_model.model.other.weight\"");
        refused(
                SECOND
                        + ": tensor language_model.model.norm.weight is here, the index says nowhere");
    }

    @Test
    void refusesATensorThatNoShardHas() throws IOException {
        edit("\"weight_map\" : {", "\"weight_map\" : {\"model.gone.weight\":\"" + FIRST + "\",");
        refused(FIRST + ": tensor model.gone.weight is not here, the index says it is");
    }

    @Test
    void refusesAShardThatTheIndexDoesNotName() throws IOException {
        Files.copy(folder.resolve(FIRST), folder.resolve("model-00003-of-00003.safetensors"));
        refused("shard model-00003-of-00003.safetensors is in the folder, not in the index");
    }

    @ParameterizedTest
    @CsvSource({
        "../x.safetensors",
        "/x.safetensors",
        "a/x.safetensors",
        "a\\\\x.safetensors",
        ".safetensors",
        "x.bin",
        "x\\u0000.safetensors",
        "''"
    })
    void refusesShardNamesThatAreNotPlainFileNames(String shard) throws IOException {
        Files.writeString(
                folder.resolve(ShardIndex.FILE),
                "{\"weight_map\":{\"model.norm.weight\":\"" + shard + "\"}}");
        refused("model.safetensors.index.json: tensor model.norm.weight: shard '");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|not JSON",
                "[]|the file: an array, allowed is an object",
                "{}|weight_map is missing or empty",
                "{\"weight_map\":{}}|weight_map is missing or empty",
                "{\"weight_map\":[]}|weight_map: an array, allowed is an object",
                "{\"weight_map\":{\"a\":1}}|tensor a: a number, allowed is a string",
                "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}|duplicate tensor a",
                "{\"weight_map\":{\"a\":\"x.safetensors\"},\"weight_map\":{}}|duplicate key weight_map",
                "{\"weight_map\":{\"a\":\"x.safetensors\"}} 1|goes on after its closing brace",
                "{\"a\":[[[[[[1]]]]]]}|not JSON"
            })
    void refusesMalformedIndexes(String index, String message) throws IOException {
        Files.writeString(folder.resolve(ShardIndex.FILE), index);
        refused(message);
    }

    @Test
    void refusesAFolderWithBothFormsOrNone(@TempDir Path empty) throws IOException {
        Files.copy(folder.resolve(FIRST), folder.resolve("model.safetensors"));
        refused("both model.safetensors and model.safetensors.index.json");
        assertThatThrownBy(() -> Checkpoint.open(empty))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining("neither model.safetensors nor");
    }

    @Test
    void refusesTwoTensorsOfOneCanonicalName(@TempDir Path single) {
        CheckpointWriter.write(
                single,
                Map.of(),
                List.of(
                        List.of(
                                tensor("model.norm.weight", 5),
                                tensor("language_model.model.norm.weight", 5))));
        assertThatThrownBy(() -> Checkpoint.open(single))
                .hasMessageContaining("have the same canonical name model.norm.weight");
    }

    @Test
    void refusesForeignNames(@TempDir Path single) {
        CheckpointWriter.write(single, Map.of(), List.of(List.of(tensor("transformer.h.0", 5))));
        assertThatThrownBy(() -> Checkpoint.open(single))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining("tensor transformer.h.0: a name begins with one of");
    }

    private void edit(String from, String to) throws IOException {
        Path index = folder.resolve(ShardIndex.FILE);
        String text = Files.readString(index);
        assertThat(text).contains(from);
        Files.writeString(index, text.replace(from, to));
    }

    private void refused(String message) {
        assertThatThrownBy(() -> Checkpoint.open(folder).close())
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining(folder.toString());
    }
}
