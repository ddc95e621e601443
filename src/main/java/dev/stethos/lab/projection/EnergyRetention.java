package dev.stethos.lab.projection;

import java.util.List;

/// How much of a task vector's squared norm a projection of rank `rank` kept, of directions of
/// `width` elements. `expected` is what an isotropic delta keeps on average, `random` what a random
/// subspace kept, `best` what the best subspace of that rank would keep. All are sums of squares,
/// so that several tensors add up; `rank` is then their largest.
public record EnergyRetention(
        int rank,
        int width,
        double whole,
        double kept,
        double expected,
        double random,
        double best) {

    static EnergyRetention of(int rank, int width, Projector.Energies energies) {
        return new EnergyRetention(
                rank,
                width,
                energies.whole(),
                energies.kept(),
                energies.whole() * rank / width,
                energies.random(),
                energies.best());
    }

    /// Of several tensors together.
    public static EnergyRetention sum(List<EnergyRetention> parts) {
        EnergyRetention sum = new EnergyRetention(0, 1, 0, 0, 0, 0, 0);
        for (EnergyRetention part : parts) {
            sum =
                    new EnergyRetention(
                            Math.max(sum.rank, part.rank),
                            Math.max(sum.width, part.width),
                            sum.whole + part.whole,
                            sum.kept + part.kept,
                            sum.expected + part.expected,
                            sum.random + part.random,
                            sum.best + part.best);
        }
        return sum;
    }

    /// The share kept; 0 where there was nothing.
    public double share() {
        return of(kept);
    }

    /// `k / d`.
    public double chance() {
        return of(expected);
    }

    public double randomShare() {
        return of(random);
    }

    public double bestShare() {
        return of(best);
    }

    private double of(double part) {
        return whole == 0 ? 0 : part / whole;
    }
}
