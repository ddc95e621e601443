package dev.stethos.lab.diagnosis;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.making.DeltaSource;
import dev.stethos.edit.making.ProfileWriter;
import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The base with the raw task vector on some layers, as revisions that the caller closes. Passes
/// through a profile in a scratch folder, so that an edit is what a server would apply.
public final class TaskRevisions {
    private static final int BLOCK = 1 << 16;

    private final Gemma3Model model;
    private final Checkpoint tuned;
    private final Path scratch;

    /// Model and checkpoint must stay open; `scratch` is written to.
    public TaskRevisions(Gemma3Model model, Checkpoint tuned, Path scratch) {
        this.model = model;
        this.tuned = tuned;
        this.scratch = scratch;
    }

    /// Where the tuned model left all of these layers as they were, the result owns nothing.
    public Revision of(Collection<Integer> layers) {
        TaskVector raw = raw(layers);
        return raw.names().isEmpty()
                ? model.base().derive(model.base().id(), Map.of())
                : of(raw, 1);
    }

    /// The raw task vector on these layers.
    public TaskVector raw(Collection<Integer> layers) {
        return TaskVector.between(model.checkpoint(), tuned, within(layers), DType.F32);
    }

    /// The task vector of what is in no layer, embedding and final norm; without any tensor where
    /// the tuned model does not hold them or left them as they were.
    public TaskVector outside() {
        Set<String> known = Set.copyOf(tuned.names());
        List<WeightName> names =
                model.checkpoint().names().stream()
                        .filter(known::contains)
                        .map(WeightName::new)
                        .filter(name -> name.layer().isEmpty())
                        .toList();
        return TaskVector.between(
                model.checkpoint(), tuned, WeightSelection.covering(names), DType.F32);
    }

    /// The base with any deltas times `scale`.
    public Revision of(DeltaSource deltas, double scale) {
        EditProfile.ModelReference base = new EditProfile.ModelReference("base", model.base().id());
        ProfileFolder profile =
                new ProfileWriter(scratch)
                        .write(
                                new ProfileWriter.Draft(
                                        "scratch", "", base, null, scale, null, "stethos", "lab"),
                                deltas);
        try (ResolvedEdits edits =
                new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM)
                        .resolve(profile, model.checkpoint())) {
            return EditedRevision.of(model.base(), edits);
        }
    }

    /// By layer the length of the delta over that of the weights, all tensors of the layer taken
    /// together.
    public SortedMap<Integer, Double> relativeNorms() {
        Checkpoint base = model.checkpoint();
        List<WeightName> names =
                base.names().stream()
                        .map(WeightName::new)
                        .filter(name -> name.layer().isPresent())
                        .toList();
        TaskVector vector =
                TaskVector.between(base, tuned, WeightSelection.covering(names), DType.F32);
        SortedMap<Integer, Double> energy = new TreeMap<>(vector.energyByLayer());
        SortedMap<Integer, Double> relative = new TreeMap<>();
        for (WeightName name : names) {
            Checkpoint.Located weight = base.locate(name.canonical());
            relative.merge(name.layer().orElseThrow(), squares(weight), Double::sum);
        }
        relative.replaceAll(
                (layer, squares) -> Math.sqrt(energy.getOrDefault(layer, 0.0) / squares));
        return relative;
    }

    /// Summed in the order of the elements, a block in memory at a time.
    private static double squares(Checkpoint.Located weight) {
        TensorInfo info = weight.info();
        MemorySegment data = weight.file().data(info);
        float[] block = new float[BLOCK];
        double squares = 0;
        for (long at = 0; at < info.elements(); at += BLOCK) {
            int count = (int) Math.min(BLOCK, info.elements() - at);
            info.dtype().read(data, at, block, count);
            for (int i = 0; i < count; i++) {
                squares += (double) block[i] * block[i];
            }
        }
        return squares;
    }

    private WeightSelection within(Collection<Integer> layers) {
        return WeightSelection.covering(
                model.checkpoint().names().stream()
                        .map(WeightName::new)
                        .filter(name -> name.layer().isPresent())
                        .filter(name -> layers.contains(name.layer().getAsInt()))
                        .toList());
    }
}
