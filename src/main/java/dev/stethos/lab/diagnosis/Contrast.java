package dev.stethos.lab.diagnosis;

import java.util.Arrays;

/// What a layer's latents do on math and on control text: mean activation and firing frequency per
/// token, over all math tokens, over control tokens, and by subject; and the lengths of the decoder
/// rows. Do not change the arrays.
@SuppressWarnings("ArrayRecordComponent")
public record Contrast(
        double[] math,
        double[] control,
        double[][] subjects,
        double[] mathFrequency,
        double[] controlFrequency,
        double[][] subjectFrequencies,
        double[] norms) {

    /// Of sums by subject, control last; both arrays of sums are turned into means.
    static Contrast ofSums(double[][] sums, double[][] fires, long[] tokens, double[] norms) {
        int last = sums.length - 1;
        long mathTokens = Arrays.stream(tokens, 0, last).sum();
        if (mathTokens == 0 || tokens[last] == 0) {
            throw new IllegalArgumentException(
                    "%d tokens of math and %d of control text, allowed are one or more of each"
                            .formatted(mathTokens, tokens[last]));
        }
        double[] math = total(sums, mathTokens);
        double[] mathFrequency = total(fires, mathTokens);
        for (int row = 0; row <= last; row++) {
            divide(sums[row], tokens[row]);
            divide(fires[row], tokens[row]);
        }
        return new Contrast(
                math,
                sums[last],
                Arrays.copyOf(sums, last),
                mathFrequency,
                fires[last],
                Arrays.copyOf(fires, last),
                norms);
    }

    private static double[] total(double[][] sums, long tokens) {
        double[] total = new double[sums[0].length];
        for (int row = 0; row < sums.length - 1; row++) {
            for (int i = 0; i < total.length; i++) {
                total[i] += sums[row][i];
            }
        }
        divide(total, tokens);
        return total;
    }

    private static void divide(double[] values, long by) {
        for (int i = 0; i < values.length; i++) {
            values[i] = by == 0 ? 0 : values[i] / by;
        }
    }

    public int width() {
        return math.length;
    }

    /// Each latent's share of the whole mean activation; all 0 where nothing fires.
    static double[] shares(double[] means) {
        double sum = Arrays.stream(means).sum();
        return Arrays.stream(means).map(mean -> sum == 0 ? 0 : mean / sum).toArray();
    }
}
