package dev.stethos.lab.diagnosis;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Correlations of paired numbers; 0 where one side does not vary.
public final class Correlation {
    private Correlation() {}

    public static double pearson(double[] x, double[] y) {
        if (x.length != y.length || x.length < 2) {
            throw new IllegalArgumentException(
                    "%d and %d numbers, allowed are two or more pairs"
                            .formatted(x.length, y.length));
        }
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }

    /// Of the ranks; equal numbers share the mean of theirs.
    public static double spearman(double[] x, double[] y) {
        return pearson(ranks(x), ranks(y));
    }

    private static double[] ranks(double[] values) {
        int[] order =
                IntStream.range(0, values.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> values[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double[] ranks = new double[values.length];
        for (int begin = 0; begin < order.length; ) {
            int end = begin + 1;
            while (end < order.length && values[order[end]] == values[order[begin]]) {
                end++;
            }
            for (int i = begin; i < end; i++) {
                ranks[order[i]] = (begin + end - 1) / 2.0;
            }
            begin = end;
        }
        return ranks;
    }
}
