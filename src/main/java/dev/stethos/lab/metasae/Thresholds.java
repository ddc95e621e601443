package dev.stethos.lab.metasae;

/// Each latent's firing threshold, where batch top k chooses as often below it as it does not
/// choose above it (equal error rate), from histograms of its positive pre-activations.
final class Thresholds {
    static final int BINS = 200;
    static final double RANGE = 10;
    static final double WIDTH = RANGE / BINS;
    private static final int FEW = 100;

    private Thresholds() {}

    /// One latent's threshold. `active` and `inactive` count its chosen and its other positive
    /// pre-activations by bin, `least` is the smallest chosen one, `largest` the largest other.
    static double of(float[] active, float[] inactive, double least, double largest) {
        double chosen = sum(active);
        double others = sum(inactive);
        if (chosen == 0) {
            return RANGE;
        }
        if (others == 0) {
            int first = 0;
            while (active[first] == 0) {
                first++;
            }
            return first * WIDTH;
        }
        if (chosen < FEW) {
            return Math.max(least, largest);
        }
        double best = Double.POSITIVE_INFINITY;
        int at = 0;
        double below = 0;
        double othersBelow = 0;
        for (int bin = 0; bin < BINS; bin++) {
            below += active[bin] / chosen;
            othersBelow += inactive[bin] / others;
            double distance = Math.abs(below + othersBelow - 1);
            if (distance < best) {
                best = distance;
                at = bin;
            }
        }
        return (at + 0.5) * WIDTH;
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
