package dev.stethos.gemma;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A model of one layer whose inner size is a million, so that an edit of one matrix, or a step of
/// a long prompt, takes hundreds of megabytes. Nearly all of its weights are zeros, which take no
/// place on disk.
public final class WideModel {
    public static final int HIDDEN = 32;
    public static final int INNER = 1 << 20;

    /// How many of the inner units are not zero, the first ones.
    public static final int USED = 64;

    public static final String EDITED = "model.layers.0.mlp.up_proj.weight";
    private static final Gemma3Config CONFIG =
            new Gemma3Config(
                    1,
                    HIDDEN,
                    INNER,
                    2,
                    1,
                    8,
                    TinyModel.VOCABULARY,
                    1024,
                    512,
                    List.of(true),
                    1e4,
                    1e4,
                    1,
                    8,
                    1e-6,
                    true);

    private WideModel() {}

    /// Writes its files into a folder.
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        RandomCheckpoint described =
                new RandomCheckpoint(CONFIG, "model.", 1, DType.F32, Map.of());
        for (Map.Entry<String, byte[]> file : described.files().entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        Map<String, Long> begins = new LinkedHashMap<>();
        byte[] header = header(begins);
        try (FileChannel out =
                FileChannel.open(
                        folder.resolve("model.safetensors"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            long data = Long.BYTES + header.length;
            put(out, 0, ByteBuffer.wrap(lengthOf(header)));
            put(out, Long.BYTES, ByteBuffer.wrap(header));
            Random random = new Random(42);
            for (Map.Entry<String, List<Long>> tensor :
                    new WeightLayout(CONFIG).shapes().entrySet()) {
                long begin = data + begins.getOrDefault(tensor.getKey(), 0L);
                writeTensor(out, begin, tensor.getKey(), tensor.getValue(), random);
            }
        }
        return folder;
    }

    private static byte[] header(Map<String, Long> begins) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode all = json.createObjectNode();
        long end = 0;
        for (Map.Entry<String, List<Long>> tensor :
                new WeightLayout(CONFIG).shapes().entrySet()) {
            long begin = end;
            begins.put(tensor.getKey(), begin);
            end += tensor.getValue().stream().reduce(1L, (a, b) -> a * b) * Float.BYTES;
            ObjectNode info = all.putObject(tensor.getKey()).put("dtype", "F32");
            tensor.getValue().forEach(info.putArray("shape")::add);
            info.putArray("data_offsets").add(begin).add(end);
        }
        String text = json.writeValueAsString(all);
        return text.concat(" ".repeat(8 - text.length() % 8)).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] lengthOf(byte[] header) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array();
    }

    /// The last byte is written too, so that the file has its length.
    private static void writeTensor(
            FileChannel out, long begin, String name, List<Long> shape, Random random)
            throws IOException {
        long bytes = shape.stream().reduce(1L, (a, b) -> a * b) * Float.BYTES;
        put(out, begin + bytes - 1, ByteBuffer.allocate(1));
        long row = shape.getLast() * Float.BYTES;
        if (shape.getLast() == INNER) {
            for (int i = 0; i < shape.getFirst(); i++) {
                put(out, begin + i * row, floats(name, List.of((long) USED), random));
            }
        } else if (shape.getFirst() == INNER) {
            put(out, begin, floats(name, List.of((long) USED, shape.getLast()), random));
        } else {
            put(out, begin, floats(name, shape, random));
        }
    }

    private static ByteBuffer floats(String name, List<Long> shape, Random random) {
        float[] values = RandomCheckpoint.values(name, shape, DType.F32, random);
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static void put(FileChannel out, long position, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            position += out.write(bytes, position);
        }
    }
}
