package dev.stethos.stats;

import java.util.function.DoublePredicate;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The difference of two paired proportions, second minus first, and its score interval. It agrees
/// with McNemar's test without correction: zero lies outside exactly when that rejects.
///
/// T. Tango, "Equivalence test and confidence interval for the difference in proportions for the
/// paired-sample design", Statistics in Medicine 17 (1998).
public record PairedDifference(double difference, double low, double high) {
    private static final int HALVINGS = 80;

    /// @param onlyFirst pairs where only the first outcome was a yes
    /// @param onlySecond pairs where only the second was
    /// @param n all pairs
    public static PairedDifference of(int onlyFirst, int onlySecond, int n, double confidence) {
        if (onlyFirst < 0 || onlySecond < 0 || n < 1 || (long) onlyFirst + onlySecond > n) {
            throw new IllegalArgumentException(
                    "paired difference: %d and %d discordant of %d pairs were given, allowed is 0 or more of 1 or more"
                            .formatted(onlyFirst, onlySecond, n));
        }
        double z =
                NormalDistribution.of(0, 1).inverseSurvivalProbability(Confidence.tail(confidence));
        double difference = ((double) onlySecond - onlyFirst) / n;
        double low = boundary(-1, difference, delta -> score(onlyFirst, onlySecond, n, delta) > z);
        double high = boundary(1, difference, delta -> score(onlyFirst, onlySecond, n, delta) < -z);
        return new PairedDifference(difference, low, high);
    }

    /// Tango's statistic of the hypothesis that the difference is delta, which falls in delta.
    static double score(int onlyFirst, int onlySecond, int n, double delta) {
        double a = 2.0 * n;
        double b = -onlySecond - onlyFirst + (2.0 * n - onlySecond + onlyFirst) * delta;
        double c = -onlyFirst * delta * (1 - delta);
        double q = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
        double variance = n * (2 * q + delta * (1 - delta));
        double excess = onlySecond - onlyFirst - n * delta;
        return excess == 0 ? 0 : excess / Math.sqrt(Math.max(0, variance));
    }

    /// Where, from the outer end towards the inner one, values stop being refused.
    private static double boundary(double outer, double inner, DoublePredicate refused) {
        double out = outer;
        double in = inner;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (out + in) / 2;
            if (refused.test(middle)) {
                out = middle;
            } else {
                in = middle;
            }
        }
        return in;
    }
}
