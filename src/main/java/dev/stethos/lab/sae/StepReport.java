package dev.stethos.lab.sae;

import java.util.Locale;

/// One training step's loss and its parts, measured on the batch before the step, in normalised
/// space: mean squared error, fraction of variance unexplained, latents per row, share of dead
/// latents, mean decomposability penalty.
public record StepReport(
        int step, double loss, double mse, double fvu, double l0, double dead, double penalty) {

    static StepReport of(int step, float[] values) {
        return new StepReport(
                step, values[0], values[1], values[2], values[3], values[4], values[5]);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "step %d: loss %.4f, FVU %.4f, L0 %.1f, dead %.1f %%%s",
                step,
                loss,
                fvu,
                l0,
                100 * dead,
                penalty > 0 ? String.format(Locale.ROOT, ", penalty %.4f", penalty) : "");
    }
}
