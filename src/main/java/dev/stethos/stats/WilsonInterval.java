package dev.stethos.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// The score interval of one proportion, without continuity correction; it never leaves [0, 1].
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22
/// (1927).
public record WilsonInterval(double low, double high) {

    /// The interval of `successes` out of `n`.
    ///
    /// @param confidence the coverage aimed at, say 0.95
    public static WilsonInterval of(int successes, int n, double confidence) {
        if (n < 1 || successes < 0 || successes > n) {
            throw new IllegalArgumentException(
                    "proportion: %d of %d was given, allowed is 0 to n of n >= 1"
                            .formatted(successes, n));
        }
        double z =
                NormalDistribution.of(0, 1).inverseSurvivalProbability(Confidence.tail(confidence));
        double p = (double) successes / n;
        double shrink = 1 + z * z / n;
        double centre = (p + z * z / (2 * n)) / shrink;
        double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4.0 * n * n)) / shrink;
        return new WilsonInterval(
                successes == 0 ? 0 : centre - half, successes == n ? 1 : centre + half);
    }
}
