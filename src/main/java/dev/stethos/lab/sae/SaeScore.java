package dev.stethos.lab.sae;

import dev.stethos.lab.activations.Activations;

/// How well an SAE reconstructs rows that are added part by part, in the activations' own units:
/// the fraction of variance unexplained, firing latents per row, and latents that never fired.
public final class SaeScore {
    private final Sae sae;
    private final double[] sums;
    private final double[] squares;
    private final boolean[] fired;
    private double errors;
    private long firings;
    private long rows;

    public SaeScore(Sae sae) {
        if (sae.spec().inputs() != sae.spec().outputs()) {
            throw new InvalidSaeException("a transcoder does not reconstruct its input");
        }
        this.sae = sae;
        sums = new double[sae.spec().inputs()];
        squares = new double[sae.spec().inputs()];
        fired = new boolean[sae.spec().latents()];
    }

    public void add(Activations given) {
        Sae.Passed passed = sae.pass(given);
        float[] z = passed.latents().values();
        for (int i = 0; i < z.length; i++) {
            if (z[i] > 0) {
                firings++;
                fired[i % fired.length] = true;
            }
        }
        float[] x = given.values();
        float[] made = passed.reconstruction().values();
        for (int i = 0; i < x.length; i++) {
            double error = x[i] - made[i];
            errors += error * error;
            sums[i % sums.length] += x[i];
            squares[i % sums.length] += (double) x[i] * x[i];
        }
        rows += given.rows();
    }

    public long rows() {
        return rows;
    }

    /// Sum of squared errors over the sum of squared distances from the mean row.
    public double fvu() {
        double variance = 0;
        for (int i = 0; i < sums.length; i++) {
            variance += squares[i] - sums[i] * sums[i] / rows;
        }
        return errors / variance;
    }

    /// Mean squared error of an element.
    public double meanSquaredError() {
        return errors / ((double) rows * sums.length);
    }

    public double l0() {
        return (double) firings / rows;
    }

    public int dead() {
        int dead = 0;
        for (boolean alive : fired) {
            dead += alive ? 0 : 1;
        }
        return dead;
    }

    public double deadShare() {
        return (double) dead() / fired.length;
    }
}
