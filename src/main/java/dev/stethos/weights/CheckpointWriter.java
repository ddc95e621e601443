package dev.stethos.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a model folder that [Checkpoint] and other loaders read: the weights as one file, or as
/// shards with an index, and small files such as `config.json` beside them. The same input gives
/// the same bytes.
public final class CheckpointWriter {
    private static final Map<String, String> METADATA = Map.of("format", "pt");
    private static final JsonFactory JSON = new JsonFactory();

    private CheckpointWriter() {}

    /// Writes the folder, made if it is missing. `files` are contents by name; one shard becomes
    /// `model.safetensors`.
    public static void write(
            Path folder, Map<String, byte[]> files, List<List<NamedTensor>> shards) {
        if (shards.isEmpty()) {
            throw new IllegalArgumentException("a checkpoint has at least one shard");
        }
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                AtomicFile.write(folder.resolve(file.getKey()), file.getValue());
            }
            if (shards.size() == 1) {
                SafetensorsWriter.write(
                        folder.resolve(Checkpoint.SINGLE_FILE), METADATA, shards.getFirst());
            } else {
                writeShards(folder, shards);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(SafetensorsFile.nameOf(folder), e);
        }
    }

    private static void writeShards(Path folder, List<List<NamedTensor>> shards)
            throws IOException {
        Map<String, String> shardOfTensor = new TreeMap<>();
        long totalSize = 0;
        for (int i = 0; i < shards.size(); i++) {
            String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
            SafetensorsWriter.write(folder.resolve(name), METADATA, shards.get(i));
            for (NamedTensor tensor : shards.get(i)) {
                if (shardOfTensor.put(tensor.name(), name) != null) {
                    throw new IllegalArgumentException("tensor " + tensor.name() + " comes twice");
                }
                totalSize += tensor.bytes();
            }
        }
        AtomicFile.write(folder.resolve(ShardIndex.FILE), index(totalSize, shardOfTensor));
    }

    private static byte[] index(long totalSize, Map<String, String> shardOfTensor)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeObjectFieldStart("metadata");
            json.writeNumberField("total_size", totalSize);
            json.writeEndObject();
            json.writeObjectFieldStart("weight_map");
            for (Map.Entry<String, String> entry : shardOfTensor.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
