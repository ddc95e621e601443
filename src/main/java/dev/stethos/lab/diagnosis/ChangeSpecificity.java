package dev.stethos.lab.diagnosis;

import java.util.List;

/// D: listens to the edit itself. With one layer's delta applied, the change of the latents
/// downstream: what falls on math-specific latents on math text, per unit of change on control
/// text. Each latent's change, the mean of `|z' - z|` per token, counts with the length of its
/// decoder row; on math text also with how specific it is, `max(0, (p - q) / (p + q))`, `p` and `q`
/// being its shares of the unedited mean activation on math and control text. The score is the mean
/// over the downstream layers.
public final class ChangeSpecificity {
    private ChangeSpecificity() {}

    /// In words, for provenance.
    public static String formula() {
        return "D: with one layer's delta applied, the change of downstream latents on math text, weighted by their math specificity max(0, (p-q)/(p+q)) and decoder length, per change on control text";
    }

    /// One downstream layer: its latents unedited, and their change by the edit.
    public record Listening(LatentStatistics unedited, LatentStatistics change) {}

    public static double score(List<Listening> downstream, Labels labels) {
        if (downstream.isEmpty()) {
            throw new IllegalArgumentException("no layer listens, allowed is one or more");
        }
        return downstream.stream().mapToDouble(one -> score(one, labels)).average().orElseThrow();
    }

    private static double score(Listening one, Labels labels) {
        double[] weights = weights(one.unedited().contrast(labels));
        Contrast change = one.change().contrast(labels);
        double specific = 0;
        double control = 0;
        for (int i = 0; i < weights.length; i++) {
            specific += weights[i] * change.norms()[i] * change.math()[i];
            control += change.norms()[i] * change.control()[i];
        }
        return control == 0 ? 0 : specific / control;
    }

    private static double[] weights(Contrast contrast) {
        double[] p = Contrast.shares(contrast.math());
        double[] q = Contrast.shares(contrast.control());
        double[] weights = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            weights[i] = p[i] > q[i] ? (p[i] - q[i]) / (p[i] + q[i]) : 0;
        }
        return weights;
    }
}
