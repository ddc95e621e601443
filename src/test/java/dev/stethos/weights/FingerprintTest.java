package dev.stethos.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FingerprintTest {
    @TempDir private Path folder;
    @TempDir private Path cache;

    @Test
    void hashesBytesAndFilesAsSha256() throws IOException {
        // FIPS 180-2, appendix B.1.
        String published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        assertThat(Fingerprint.ofBytes(abc)).isEqualTo(published);
        Files.write(folder.resolve("f"), abc);
        assertThat(Fingerprint.ofFile(folder.resolve("f"))).isEqualTo(published);
    }

    @Test
    void hashesATensorByTypeShapeAndBytesOnly() {
        String given = tensorHash("a", "model.norm.weight", DType.F32, List.of(2L), 1, 2);
        assertThat(
                        tensorHash(
                                "b",
                                "language_model.model.norm.weight",
                                DType.F32,
                                List.of(2L),
                                1,
                                2))
                .isEqualTo(given)
                .isEqualTo(
                        Fingerprint.ofBytes(
                                new byte[] {
                                    'F',
                                    '3',
                                    '2',
                                    ' ',
                                    '[',
                                    '2',
                                    ']',
                                    '\n',
                                    0,
                                    0,
                                    (byte) 0x80,
                                    0x3F,
                                    0,
                                    0,
                                    0,
                                    0x40
                                }));
        assertThat(tensorHash("c", "model.norm.weight", DType.F32, List.of(1L, 2L), 1, 2))
                .isNotEqualTo(given);
        assertThat(tensorHash("d", "model.norm.weight", DType.BF16, List.of(2L), 1, 2))
                .isNotEqualTo(given);
        assertThat(tensorHash("e", "model.norm.weight", DType.F32, List.of(2L), 1, 3))
                .isNotEqualTo(given);
    }

    private String tensorHash(
            String name, String tensor, DType type, List<Long> shape, float... values) {
        write(folder.resolve(name), "{}", NamedTensor.ofFloats(tensor, type, shape, values));
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(name))) {
            return Fingerprint.ofTensor(checkpoint.locate("model.norm.weight"));
        }
    }

    @Test
    void changesWithConfigAndContentOfAnyShard() {
        String first = checkpointHash("{}", 1);
        assertThat(checkpointHash("{}", 1)).isEqualTo(first);
        assertThat(checkpointHash("{ }", 1)).isNotEqualTo(first);
        assertThat(checkpointHash("{}", 2)).isNotEqualTo(first);
    }

    @Test
    void aFileThatStaysAsItIsIsNotReadAgain() throws IOException {
        String first = checkpointHash("{}", 1);
        String[] entries = cache.toFile().list();
        assertThat(entries).hasSize(2);
        for (String entry : entries) {
            String remembered = Files.readString(cache.resolve(entry));
            String state = remembered.substring(0, remembered.length() - 65);
            Files.writeString(cache.resolve(entry), state + "0".repeat(64) + "\n");
        }
        assertThat(open(cache)).isNotEqualTo(first);
        assertThat(open(null)).isEqualTo(first);
    }

    @Test
    void newContentOfTheSameLengthAndTimeIsSeen() throws IOException {
        String first = checkpointHash("{}", 1);
        Path file = folder.resolve("model/model-00002-of-00002.safetensors");
        FileTime time = Files.getLastModifiedTime(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1]++;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, time);
        assertThat(open(cache)).isNotEqualTo(first).isEqualTo(open(null));
    }

    @Test
    void readsAgainWhenTheCacheCannotBeWritten() throws IOException {
        String first = checkpointHash("{}", 1);
        Path file = Files.writeString(folder.resolve("file"), "text");
        assertThat(open(file)).isEqualTo(first);
        assertThat(open(file.resolve("cache"))).isEqualTo(first);
        assertThat(file).hasContent("text");
    }

    @Test
    void readsAgainWhenTheCacheIsDamaged() throws IOException {
        String first = checkpointHash("{}", 1);
        for (String entry : cache.toFile().list()) {
            Files.writeString(cache.resolve(entry), "1 2 3");
        }
        assertThat(open(cache)).isEqualTo(first);
    }

    private String checkpointHash(String config, float value) {
        CheckpointWriter.write(
                folder.resolve("model"),
                Map.of("config.json", config.getBytes(StandardCharsets.UTF_8)),
                List.of(
                        List.of(
                                NamedTensor.ofFloats(
                                        "model.norm.weight", DType.F32, List.of(1L), 1)),
                        List.of(
                                NamedTensor.ofFloats(
                                        "model.embed_tokens.weight",
                                        DType.F32,
                                        List.of(1L),
                                        value))));
        return open(cache);
    }

    private String open(@Nullable Path cacheFolder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("model"))) {
            return Fingerprint.ofCheckpoint(checkpoint, cacheFolder);
        }
    }

    private static void write(Path target, String config, NamedTensor tensor) {
        CheckpointWriter.write(
                target,
                Map.of("config.json", config.getBytes(StandardCharsets.UTF_8)),
                List.of(List.of(tensor)));
    }
}
