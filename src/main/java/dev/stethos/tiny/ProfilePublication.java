package dev.stethos.tiny;

import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/// Writes the profile `number-theory`: the task vector of the chosen layers, never of the embedding
/// or the final norm, with the choice in its provenance.
final class ProfilePublication {
    private static final String NAME = "number-theory";
    private static final String FORMULA =
            "greedy, on a probe tuned in every layer: the layer whose delta, with those chosen before, lowers"
                    + " most the cross-entropy of worked solutions of validation number theory items; the"
                    + " tuned model then learned on with these layers alone in every other step; scores:"
                    + " the tuned model's drop with the layer alone, in nats per token";

    private ProfilePublication() {}

    static void write(Path profiles, Path resources, long seed, TinyResult result) {
        try (Checkpoint base = Checkpoint.open(resources.resolve("base"));
                Checkpoint tuned = Checkpoint.open(resources.resolve("tuned"))) {
            List<WeightName> edited =
                    base.names().stream()
                            .map(WeightName::new)
                            .filter(name -> name.layer().isPresent())
                            .filter(name -> result.layers().contains(name.layer().getAsInt()))
                            .toList();
            TaskVector vector =
                    TaskVector.between(base, tuned, WeightSelection.covering(edited), DType.F32);
            TreeMap<Integer, Double> scores = new TreeMap<>();
            for (int layer = 0; layer < result.singleDrops().size(); layer++) {
                scores.put(layer, result.singleDrops().get(layer));
            }
            TreeMap<String, String> inputs = new TreeMap<>();
            inputs.put(
                    "validation.jsonl", Fingerprint.ofFile(resources.resolve("validation.jsonl")));
            new ProfileWriter(profiles)
                    .write(
                            new ProfileWriter.Draft(
                                    NAME,
                                    "Lifts the embedded model's number theory with a few layers of a"
                                            + " model that was trained further on it",
                                    reference("tiny-gemma-3", base),
                                    reference("tiny-gemma-3-tuned", tuned),
                                    result.scale(),
                                    new EditProfile.LayerChoice(FORMULA, scores, inputs, null),
                                    "stethos",
                                    "./stethos tiny train --seed " + seed),
                            vector);
        }
    }

    private static EditProfile.ModelReference reference(String name, Checkpoint checkpoint) {
        return new EditProfile.ModelReference(name, Fingerprint.ofCheckpoint(checkpoint, null));
    }
}
