package dev.stethos.lab.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// How well a score of layers repeats itself on other documents: the correlation over the layers of
/// the scores of two disjoint halves of the documents, carried to the whole by Spearman and Brown's
/// formula `2 r / (1 + r)` and averaged over `splits` splits.
public record SplitHalf(int splits, long seed) {
    public SplitHalf {
        if (splits < 1) {
            throw new IllegalArgumentException("splits " + splits + ", allowed is 1 or more");
        }
    }

    /// The halves of every split, one after the other: labels that leave documents out.
    List<Labels> halves(Labels labels) {
        Random random = new Random(seed);
        List<Labels> halves = new ArrayList<>();
        for (int split = 0; split < splits; split++) {
            halves.addAll(labels.halves(random));
        }
        return halves;
    }

    /// Of each layer's scores under [#halves], in that order.
    public double reliability(List<double[]> layers) {
        double sum = 0;
        for (int split = 0; split < splits; split++) {
            int first = 2 * split;
            double r = Correlation.pearson(column(layers, first), column(layers, first + 1));
            sum += r <= -1 ? -1 : Math.max(-1, 2 * r / (1 + r));
        }
        return sum / splits;
    }

    private static double[] column(List<double[]> layers, int half) {
        return layers.stream().mapToDouble(scores -> scores[half]).toArray();
    }
}
