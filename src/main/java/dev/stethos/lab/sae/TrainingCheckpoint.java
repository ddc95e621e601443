package dev.stethos.lab.sae;

import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Training states between two steps, by name, and the run that they belong to, in one safetensors
/// file.
public record TrainingCheckpoint(int step, Map<String, TrainingState> states) {

    /// Replaces the file as a whole.
    public static void write(
            Path file, String identity, int step, Map<String, TrainingState> states) {
        List<NamedTensor> tensors = new ArrayList<>();
        states.forEach((name, state) -> tensors.addAll(state.tensors(name + ".")));
        SafetensorsWriter.write(
                file, Map.of("identity", identity, "step", Integer.toString(step)), tensors);
    }

    /// The checkpoint of that run, or null when there is none; another run's is refused. The caller
    /// closes the states.
    public static @Nullable TrainingCheckpoint read(
            Path file, String identity, int width, Map<String, SaeRecipe> recipes) {
        if (!Files.exists(file)) {
            return null;
        }
        try (SafetensorsFile found = SafetensorsFile.open(file)) {
            String other = found.metadata().getOrDefault("identity", "");
            if (!other.equals(identity)) {
                throw new IllegalArgumentException(
                        "checkpoint %s belongs to the run '%s', not to '%s'; remove it to start anew"
                                .formatted(file.getFileName(), other, identity));
            }
            Map<String, TrainingState> states = new LinkedHashMap<>();
            recipes.forEach((name, recipe) ->
                    states.put(name, TrainingState.of(recipe, width, found, name + ".")));
            return new TrainingCheckpoint(
                    Integer.parseInt(found.metadata().getOrDefault("step", "0")), states);
        }
    }
}
