package dev.stethos.stats;

import org.apache.commons.statistics.distribution.TDistribution;

/// The interval of a ratio of sums over paired units in closed form: the units' deviations from the
/// ratio, linearised, with Student's distribution. Beside [PairedBootstrap] it needs no resampling.
///
/// W. G. Cochran, "Sampling Techniques", section 6.4.
///
/// @param estimate sum of numerators over sum of denominators
public record RatioInterval(double estimate, double low, double high) {

    /// @param numerators one value for each unit, say the difference of its losses
    /// @param denominators its weight, above 0, say its number of tokens
    public static RatioInterval of(double[] numerators, double[] denominators, double confidence) {
        double tail = Confidence.tail(confidence);
        int n = numerators.length;
        if (n < 2 || n != denominators.length) {
            throw new IllegalArgumentException(
                    "paired units: %d numerators and %d denominators were given, allowed is the same number, 2 or more"
                            .formatted(n, denominators.length));
        }
        double top = 0;
        double bottom = 0;
        for (int unit = 0; unit < n; unit++) {
            top += numerators[unit];
            bottom += denominators[unit];
        }
        double estimate = top / bottom;
        double squares = 0;
        for (int unit = 0; unit < n; unit++) {
            double deviation = numerators[unit] - estimate * denominators[unit];
            squares += deviation * deviation;
        }
        double error = Math.sqrt(squares * n / (n - 1)) / bottom;
        if (!Double.isFinite(error)) {
            throw new IllegalArgumentException(
                    "paired units: values without a finite ratio were given");
        }
        double half = TDistribution.of(n - 1).inverseSurvivalProbability(tail) * error;
        return new RatioInterval(estimate, estimate - half, estimate + half);
    }
}
