package dev.stethos.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsFileTest {
    @TempDir private Path folder;

    @Test
    void readsBackWhatWasWrittenBitForBit() {
        byte[] bytes = new byte[96];
        new Random(1).nextBytes(bytes);
        MemorySegment data = MemorySegment.ofArray(bytes);
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of("b", "2", "a", "\u00e9\"\n"),
                List.of(
                        NamedTensor.of("z", DType.F32, List.of(2L, 3L, 4L), data),
                        NamedTensor.of("scalar", DType.BF16, List.of(), data.asSlice(0, 2)),
                        NamedTensor.of("\u4e2d", DType.F16, List.of(3L), data.asSlice(8, 6))));

        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertThat(opened.metadata()).isEqualTo(Map.of("a", "\u00e9\"\n", "b", "2"));
            assertThat(opened.tensors())
                    .extracting(TensorInfo::name)
                    .containsExactly("z", "scalar", "\u4e2d");
            assertThat(opened.tensor("scalar").elements()).isEqualTo(1);
            assertThat(opened.data(opened.tensor("z")).mismatch(data)).isEqualTo(-1);
            assertThat(opened.data(opened.tensor("\u4e2d")).mismatch(data.asSlice(8, 6)))
                    .isEqualTo(-1);
            assertThat(opened.tensor("z").begin() % 8).isZero();
        }
    }

    @Test
    void writesTheSameBytesForTheSameInput() throws IOException {
        List<NamedTensor> tensors =
                List.of(NamedTensor.ofFloats("t", DType.BF16, List.of(2L), 1.5f, -2f));
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        SafetensorsWriter.write(first, Map.of("a", "1", "b", "2", "c", "3"), tensors);
        SafetensorsWriter.write(second, Map.of("c", "3", "b", "2", "a", "1"), tensors);
        assertThat(first).hasSameBinaryContentAs(second);
        assertThat(Files.readString(first, StandardCharsets.ISO_8859_1))
                .contains(
                        "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"},\"t\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}");
    }

    @Test
    void leavesNothingBehindWhenASourceWritesTooMuchOrFails() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Files.writeString(file, "old");
        NamedTensor longer =
                new NamedTensor(
                        "t", DType.F32, List.of(1L), out -> out.write(ByteBuffer.allocate(5)));
        NamedTensor broken =
                new NamedTensor(
                        "t",
                        DType.F32,
                        List.of(1L),
                        out -> {
                            throw new IOException("disk");
                        });
        assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), List.of(longer)))
                .hasMessageContaining("tensor t: its source wrote 5 bytes");
        assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of(), List.of(broken)))
                .hasRootCauseMessage("disk");
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("x.safetensors");
    }

    @Test
    void readsTheLastTensorOfAFileLargerThanTwoGibibytes() throws IOException {
        long large = 3L << 30;
        String header =
                "{\"big\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]},\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
                        .formatted(large / 4, large, large, large + 8);
        Path file = folder.resolve("sparse.safetensors");
        Files.write(file, SafetensorsBytes.file(header, 0));
        try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "rw")) {
            end.seek(8 + header.length() + large);
            byte[] last = new byte[8];
            DType.F32.write(MemorySegment.ofArray(last), 0, 3.25f);
            DType.F32.write(MemorySegment.ofArray(last), 1, -7f);
            end.write(last);
        }
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertThat(opened.floats(opened.tensor("last"))).containsExactly(3.25f, -7f);
        }
    }

    @Test
    void namesWhatItHasWhenATensorIsUnknown() {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(
                file, Map.of(), List.of(NamedTensor.ofFloats("t", DType.F32, List.of(1L), 1f)));
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> opened.tensor("u"))
                    .hasMessage("x.safetensors: no tensor u, it has [t]");
        }
    }

    @Test
    void segmentsEndWithTheFile() {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(
                file, Map.of(), List.of(NamedTensor.ofFloats("t", DType.F32, List.of(1L), 1f)));
        SafetensorsFile opened = SafetensorsFile.open(file);
        MemorySegment data = opened.data(opened.tensor("t"));
        opened.close();
        opened.close();
        assertThatThrownBy(() -> DType.F32.read(data, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesToWriteANameTwice() {
        NamedTensor tensor = NamedTensor.ofFloats("t", DType.F32, List.of(1L), 1f);
        assertThatThrownBy(() ->
                        SafetensorsWriter.write(
                                folder.resolve("x"), Map.of(), List.of(tensor, tensor)))
                .hasMessage("tensor t comes twice");
    }
}
