package dev.stethos.edit.making;

import dev.stethos.edit.EditedTensor;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.intake.Staging;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A profile applied to its base as a checkpoint folder of its own: the base's small files, and its
/// weights under the same names, in the same types and shards. The folder appears whole.
public final class ExportedCheckpoint {
    private static final List<String> SMALL_FILES =
            List.of(".json", ".jinja", ".model", ".txt", "LICENSE", "NOTICE");
    private static final String INDEX = ".index.json";
    private static final long MAX_SMALL_BYTES = 256L << 20;

    private ExportedCheckpoint() {}

    /// Refuses a folder that has something in it.
    public static void requireFree(Path output) {
        try {
            if (Files.exists(output)) {
                if (!Files.isDirectory(output)) {
                    throw new IllegalArgumentException(
                            "--output: '%s' is not a folder".formatted(output));
                }
                try (Stream<Path> entries = Files.list(output)) {
                    if (entries.findAny().isPresent()) {
                        throw new IllegalArgumentException(
                                "--output: '%s' is not empty, allowed is a new folder"
                                        .formatted(output));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes the checkpoint; `progress` counts bytes.
    public static void write(Checkpoint base, ResolvedEdits edits, Path output, Progress progress) {
        requireFree(output);
        Path target = output.toAbsolutePath().normalize();
        Path parent = target.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("--output: the root folder, allowed is another");
        }
        try (Staging staging = new Staging(parent)) {
            CheckpointWriter.write(
                    staging.folder().resolve("checkpoint"),
                    smallFiles(base.folder()),
                    shards(base, edits, progress));
            staging.publish("checkpoint", target);
        }
    }

    private static Map<String, byte[]> smallFiles(Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path path : entries.filter(Files::isRegularFile).toList()) {
                String name = String.valueOf(path.getFileName());
                if (SMALL_FILES.stream().anyMatch(name::endsWith)
                        && !name.endsWith(INDEX)
                        && Files.size(path) <= MAX_SMALL_BYTES) {
                    files.put(name, Files.readAllBytes(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static List<List<NamedTensor>> shards(
            Checkpoint base, ResolvedEdits edits, Progress progress) {
        Map<TensorInfo, WeightName> edited = new HashMap<>();
        if (!edits.isIdentity()) {
            edits.names().forEach(name -> edited.put(base.locate(name.canonical()).info(), name));
        }
        List<List<NamedTensor>> shards = new ArrayList<>();
        long total = 0;
        for (SafetensorsFile file : base.files()) {
            List<NamedTensor> shard = new ArrayList<>();
            for (TensorInfo info : file.tensors()) {
                WeightName name = edited.get(info);
                NamedTensor tensor =
                        name == null
                                ? NamedTensor.of(
                                        info.name(), info.dtype(), info.shape(), file.data(info))
                                : EditedTensor.of(edits, name, base.locate(name.canonical()));
                shard.add(tensor.watched(progress::advance));
                total += info.bytes();
            }
            shards.add(shard);
        }
        progress.begin("writing", total);
        return shards;
    }
}
