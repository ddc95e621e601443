package dev.stethos.lab.diagnosis;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/// How far a score is from what it would be if documents had been labelled by chance: labels are
/// dealt anew to whole documents `draws` times. The same seed gives the same draws.
public record PermutationTest(int draws, long seed) {
    /// Sums in another order differ by less.
    private static final double SAME = 1e-12;

    public PermutationTest {
        if (draws < 2) {
            throw new IllegalArgumentException("draws " + draws + ", allowed is 2 or more");
        }
    }

    /// A score, its mean and standard deviation by chance, `z = (score - mean) / deviation`, within
    /// plus or minus the number of draws, which cannot show more, and the share of draws that reach
    /// it.
    public record Result(double score, double mean, double deviation, double z, double p) {}

    public Result of(Labels labels, ToDoubleFunction<Labels> score) {
        double actual = score.applyAsDouble(labels);
        Random random = new Random(seed);
        double sum = 0;
        double squares = 0;
        int reaching = 0;
        for (int draw = 0; draw < draws; draw++) {
            double value = score.applyAsDouble(labels.shuffled(random));
            sum += value;
            squares += (value - actual) * (value - actual);
            reaching += value >= actual ? 1 : 0;
        }
        double mean = sum / draws;
        double shift = mean - actual;
        double variance = Math.max(0, (squares - draws * shift * shift) / (draws - 1));
        double deviation = Math.sqrt(variance);
        return new Result(
                actual,
                mean,
                deviation,
                z(actual - mean, deviation),
                (reaching + 1.0) / (draws + 1));
    }

    private double z(double excess, double deviation) {
        return Math.abs(excess) <= SAME
                ? 0
                : Math.clamp(excess / deviation, -(double) draws, (double) draws);
    }
}
