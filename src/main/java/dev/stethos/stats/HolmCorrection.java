package dev.stethos.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/// Holm's step-down correction of several p-values; it bounds the probability of any false
/// rejection whatever the dependence between the tests.
///
/// S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6 (1979).
public final class HolmCorrection {
    private HolmCorrection() {}

    /// Adjusted p-values in the given order: a test is rejected at level alpha exactly when its
    /// adjusted value is at most alpha.
    public static double[] adjust(double[] pValues) {
        for (double p : pValues) {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException(
                        "p-value: %s was given, allowed is 0 to 1".formatted(p));
            }
        }
        int[] ascending =
                IntStream.range(0, pValues.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> pValues[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double[] adjusted = new double[pValues.length];
        double largest = 0;
        for (int rank = 0; rank < ascending.length; rank++) {
            double scaled = (ascending.length - rank) * pValues[ascending[rank]];
            largest = Math.max(largest, Math.min(1, scaled));
            adjusted[ascending[rank]] = largest;
        }
        return adjusted;
    }
}
