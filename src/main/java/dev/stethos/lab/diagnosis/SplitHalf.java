package dev.stethos.lab.diagnosis;

import java.util.List;
import java.util.Random;
import java.util.function.Function;

/// How well a score of layers repeats itself on other documents: the correlation over the layers of
/// the scores of two disjoint halves of the documents, carried to the whole by Spearman and Brown's
/// formula `2 r / (1 + r)` and averaged over `splits` splits.
public record SplitHalf(int splits, long seed) {
    public SplitHalf {
        if (splits < 1) {
            throw new IllegalArgumentException("splits " + splits + ", allowed is 1 or more");
        }
    }

    /// `scores` gives all layers' scores under labels that leave documents out.
    public double reliability(Labels labels, Function<Labels, double[]> scores) {
        Random random = new Random(seed);
        double sum = 0;
        for (int split = 0; split < splits; split++) {
            List<Labels> halves = labels.halves(random);
            double r =
                    Correlation.pearson(scores.apply(halves.get(0)), scores.apply(halves.get(1)));
            sum += r <= -1 ? -1 : Math.max(-1, 2 * r / (1 + r));
        }
        return sum / splits;
    }
}
