package dev.stethos.stats;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The percentile bootstrap interval of a ratio of sums over paired units: units are drawn with
/// replacement, numerator and denominator together. The same seed gives the same interval.
///
/// B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", chapter 13.
///
/// @param estimate sum of numerators over sum of denominators
public record PairedBootstrap(double estimate, double low, double high) {

    private static final int RESAMPLES = 10_000;

    /// The interval of the sum of numerators over the sum of denominators.
    ///
    /// @param numerators one value for each unit, say the difference of its losses
    /// @param denominators its weight, above 0, say its number of tokens
    public static PairedBootstrap ratio(
            double[] numerators, double[] denominators, double confidence, long seed) {
        double tail = Confidence.tail(confidence);
        check(numerators, denominators);
        int n = numerators.length;
        SplittableRandom random = new SplittableRandom(seed);
        double[] ratios = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            double top = 0;
            double bottom = 0;
            for (int draw = 0; draw < n; draw++) {
                int unit = random.nextInt(n);
                top += numerators[unit];
                bottom += denominators[unit];
            }
            ratios[resample] = top / bottom;
        }
        Arrays.sort(ratios);
        double estimate = Arrays.stream(numerators).sum() / Arrays.stream(denominators).sum();
        int cut = (int) Math.floor(tail * RESAMPLES);
        return new PairedBootstrap(estimate, ratios[cut], ratios[RESAMPLES - 1 - cut]);
    }

    private static void check(double[] numerators, double[] denominators) {
        if (numerators.length == 0 || numerators.length != denominators.length) {
            throw new IllegalArgumentException(
                    "paired units: %d numerators and %d denominators were given, allowed is the same number, 1 or more"
                            .formatted(numerators.length, denominators.length));
        }
        for (int unit = 0; unit < numerators.length; unit++) {
            if (!Double.isFinite(numerators[unit])
                    || !(denominators[unit] > 0 && Double.isFinite(denominators[unit]))) {
                throw new IllegalArgumentException(
                        "paired unit %d: %s over %s was given, allowed is finite over positive"
                                .formatted(unit, numerators[unit], denominators[unit]));
            }
        }
    }
}
