package dev.stethos.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/// The mean of independent measurements and Student's interval around it.
public record MeanInterval(int count, double mean, double low, double high) {

    /// Of two values or more, at a `confidence` between 0 and 1.
    public static MeanInterval of(double[] values, double confidence) {
        int count = values.length;
        if (count < 2 || !(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "%d values at confidence %s; allowed are 2 or more, and a share of 1"
                            .formatted(count, confidence));
        }
        double mean = Arrays.stream(values).sum() / count;
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        double error = Math.sqrt(squares / (count - 1) / count);
        double reach =
                TDistribution.of(count - 1.0).inverseCumulativeProbability((1 + confidence) / 2)
                        * error;
        return new MeanInterval(count, mean, mean - reach, mean + reach);
    }
}
