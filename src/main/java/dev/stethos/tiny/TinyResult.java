package dev.stethos.tiny;

import dev.stethos.tiny.problems.Subject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a training run found: the layers chosen and why, the scale, and the arms' outcomes on the
/// test items, the base first and the edit second.
public final class TinyResult {
    private final List<LayerSelection.Step> steps;
    private final double baseCrossEntropy;
    private final double editedCrossEntropy;
    private final List<Double> singleDrops;
    private final double scale;
    private final HeldOut heldOut;
    private final List<Outcome> outcomes;

    TinyResult(
            List<LayerSelection.Step> steps,
            double baseCrossEntropy,
            double editedCrossEntropy,
            List<Double> singleDrops,
            double scale,
            HeldOut heldOut,
            List<Outcome> outcomes) {
        this.steps = List.copyOf(steps);
        this.baseCrossEntropy = baseCrossEntropy;
        this.editedCrossEntropy = editedCrossEntropy;
        this.singleDrops = List.copyOf(singleDrops);
        this.scale = scale;
        this.heldOut = heldOut;
        this.outcomes = List.copyOf(outcomes);
    }

    /// The layers to edit, in ascending order.
    public List<Integer> layers() {
        return steps.stream().map(LayerSelection.Step::layer).sorted().toList();
    }

    public double scale() {
        return scale;
    }

    /// Test accuracy in percent of the unedited base.
    public double baseAccuracy(Subject subject) {
        return outcomes.getFirst().accuracy(subject);
    }

    /// Test accuracy in percent of the edited base.
    public double editedAccuracy(Subject subject) {
        return outcomes.get(1).accuracy(subject);
    }

    List<Double> singleDrops() {
        return singleDrops;
    }

    HeldOut heldOut() {
        return heldOut;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("layers", layers());
        json.put("scale", scale);
        json.put("validationCrossEntropyBase", baseCrossEntropy);
        json.put("validationCrossEntropyEdited", editedCrossEntropy);
        json.put("choices", steps);
        json.put("singleLayerDrops", singleDrops);
        json.put(
                "test",
                outcomes.stream()
                        .map(outcome -> ResultTable.json(outcome, outcomes.getFirst()))
                        .toList());
        return json;
    }
}
