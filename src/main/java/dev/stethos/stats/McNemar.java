package dev.stethos.stats;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/// McNemar's exact test of paired yes/no outcomes. Only discordant pairs count: under the null
/// hypothesis each falls on either side with probability one half.
///
/// Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", Psychometrika 12 (1947); exact form: A. Agresti, "Categorical Data Analysis",
/// section 11.1.
///
/// @param onlyFirst pairs where only the first outcome was a yes
/// @param onlySecond pairs where only the second was
public record McNemar(int onlyFirst, int onlySecond) {

    public McNemar {
        if (onlyFirst < 0 || onlySecond < 0 || onlyFirst + onlySecond < 0) {
            throw new IllegalArgumentException(
                    "discordant pairs: %d and %d were given, allowed is 0 or more, together below 2^31"
                            .formatted(onlyFirst, onlySecond));
        }
    }

    /// The two-sided p-value, 1 when no pair is discordant.
    public double pValue() {
        int discordant = onlyFirst + onlySecond;
        if (discordant == 0) {
            return 1;
        }
        int smaller = Math.min(onlyFirst, onlySecond);
        double tail = BinomialDistribution.of(discordant, 0.5).cumulativeProbability(smaller);
        return Math.min(1, 2 * tail);
    }
}
