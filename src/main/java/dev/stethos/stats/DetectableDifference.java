package dev.stethos.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// The smallest difference of two paired proportions that McNemar's test of n pairs finds with a
/// given power.
///
/// R. J. Connor, "Sample size for testing differences in proportions for the paired-sample design",
/// Biometrics 43 (1987).
public final class DetectableDifference {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int HALVINGS = 80;

    private DetectableDifference() {}

    /// The difference, 1 where none can be found.
    ///
    /// @param discordant the share of pairs whose outcomes differ; a larger difference has as many
    ///   as it needs
    /// @param alpha the two-sided level
    public static double of(int n, double discordant, double alpha, double power) {
        if (n < 1
                || !(discordant >= 0 && discordant <= 1)
                || !(alpha > 0 && alpha < 1)
                || !(power > 0.5 && power < 1)) {
            throw new IllegalArgumentException(
                    "detectable difference: n %d, discordant %s, alpha %s, power %s were given, allowed is n >= 1, shares, power above 0.5"
                            .formatted(n, discordant, alpha, power));
        }
        double zAlpha = NORMAL.inverseSurvivalProbability(alpha / 2);
        double zBeta = NORMAL.inverseCumulativeProbability(power);
        double missed = 0;
        double found = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (missed + found) / 2;
            if (pairs(middle, Math.max(discordant, middle), zAlpha, zBeta) <= n) {
                found = middle;
            } else {
                missed = middle;
            }
        }
        return found;
    }

    /// Connor's sample size.
    private static double pairs(double difference, double discordant, double zAlpha, double zBeta) {
        double root =
                zAlpha * Math.sqrt(discordant)
                        + zBeta * Math.sqrt(discordant - difference * difference);
        return root * root / (difference * difference);
    }
}
