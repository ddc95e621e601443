package dev.stethos.tiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.tiny.problems.MathItem;
import dev.stethos.tiny.training.Architecture;
import dev.stethos.tiny.training.Weights;
import dev.stethos.weights.AtomicFile;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes what ships: the base model's folder, the probe's and the tuned model's weights, held-out
/// items and documents, and the training's record. The same results give the same bytes.
final class Publication {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "config.json";

    private final TinyTraining.Options options;
    private final Map<String, byte[]> modelFiles;

    Publication(TinyTraining.Options options, Map<String, byte[]> modelFiles) {
        this.options = options;
        this.modelFiles = modelFiles;
    }

    void write(Weights base, Weights probe, Weights tuned, TinyResult result) {
        Path root = options.resources();
        int all = base.tensors().size();
        CheckpointWriter.write(root.resolve("base"), modelFiles, List.of(tensors(base, all)));
        writeLayers(root.resolve("probe"), modelFiles, probe);
        writeLayers(root.resolve("tuned"), modelFiles, tuned);
        HeldOut heldOut = result.heldOut();
        write(root.resolve("validation.jsonl"), items(heldOut.validation()));
        write(root.resolve("test.jsonl"), items(heldOut.test()));
        write(root.resolve("control-validation.txt"), lines(heldOut.controlValidation()));
        write(root.resolve("control-test.txt"), lines(heldOut.controlTest()));
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("seed", options.seed());
        record.put("threads", options.threads());
        record.put("recipe", options.recipe());
        record.putAll(result.json());
        write(root.resolve("training.json"), ModelFiles.json(record));
        ProfilePublication.write(options.profiles(), root, options.seed(), result);
    }

    /// A folder of configuration and layers' weights, without embedding and final norm.
    static void writeLayers(Path folder, Map<String, byte[]> modelFiles, Weights weights) {
        CheckpointWriter.write(
                folder,
                Map.of(CONFIG, modelFiles.getOrDefault(CONFIG, new byte[0])),
                List.of(tensors(weights, weights.architecture().weightsInLayers())));
    }

    /// The first `count` weights in BF16.
    private static List<NamedTensor> tensors(Weights weights, int count) {
        List<Architecture.Slot> slots = weights.architecture().slots();
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Architecture.Slot slot = slots.get(i);
            tensors.add(
                    NamedTensor.ofFloats(
                            slot.name(),
                            DType.BF16,
                            Arrays.stream(slot.shape()).boxed().toList(),
                            weights.tensors().get(i).toFloats()));
        }
        return tensors;
    }

    private static byte[] items(List<MathItem> items) {
        List<String> lines = new ArrayList<>();
        for (MathItem item : items) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", item.id());
            line.put("problem", item.problem());
            line.put("level", "Level " + item.level());
            line.put("type", item.subject().displayName());
            line.put("solution", item.solution());
            try {
                lines.add(JSON.writeValueAsString(line));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("item " + item.id(), e);
            }
        }
        return lines(lines);
    }

    private static byte[] lines(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            AtomicFile.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
