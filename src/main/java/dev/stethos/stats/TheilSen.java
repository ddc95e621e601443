package dev.stethos.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The median of the slopes between all pairs of points, and its interval. It assumes nothing about
/// the errors' distribution but that they are independent, so outliers move it little.
///
/// P. K. Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau", JASA 63 (1968).
///
/// @param slope in units of y for one of x
public record TheilSen(int points, double slope, double low, double high) {

    /// Of four points or more with different x, at a `confidence` between 0 and 1.
    public static TheilSen of(double[] x, double[] y, double confidence) {
        int n = x.length;
        double tail = Confidence.tail(confidence);
        if (n < 4 || y.length != n) {
            throw new IllegalArgumentException(
                    "slope: %d and %d values were given, allowed are 4 or more pairs"
                            .formatted(n, y.length));
        }
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double slope = (y[j] - y[i]) / (x[j] - x[i]);
                if (!Double.isFinite(slope)) {
                    throw new IllegalArgumentException(
                            "slope: points %d and %d have x %s and %s, y %s and %s; x must differ and all be finite"
                                    .formatted(i, j, x[i], x[j], y[i], y[j]));
                }
                slopes[count++] = slope;
            }
        }
        Arrays.sort(slopes);
        double z = NormalDistribution.of(0, 1).inverseSurvivalProbability(tail);
        double reach = z * Math.sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        int low = Math.max(0, (int) Math.round((count - reach) / 2) - 1);
        int high = Math.min(count - 1, (int) Math.round((count + reach) / 2));
        return new TheilSen(
                n, (slopes[(count - 1) / 2] + slopes[count / 2]) / 2, slopes[low], slopes[high]);
    }
}
