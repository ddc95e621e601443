package dev.stethos.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// The median of independent values and its interval between two order statistics. It assumes
/// nothing about the values' distribution, so outliers widen it little; its coverage is at least
/// the one asked for.
///
/// W. J. Conover, "Practical Nonparametric Statistics", section 3.2.
public record MedianInterval(double median, double low, double high) {

    /// Refuses so few values that even the smallest and the largest do not reach the confidence
    /// (0.95 needs six).
    public static MedianInterval of(double[] values, double confidence) {
        double tail = Confidence.tail(confidence);
        if (Arrays.stream(values).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("median: NaN is among the values");
        }
        int n = values.length;
        int outside = 0;
        if (n > 0) {
            BinomialDistribution below = BinomialDistribution.of(n, 0.5);
            while (2 * outside < n && below.cumulativeProbability(outside) <= tail) {
                outside++;
            }
        }
        if (outside == 0) {
            throw new IllegalArgumentException(
                    "median of %d values: too few for a %s interval".formatted(n, confidence));
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new MedianInterval(median, sorted[outside - 1], sorted[n - outside]);
    }
}
