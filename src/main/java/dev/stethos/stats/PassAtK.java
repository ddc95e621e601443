package dev.stethos.stats;

/// The probability that at least one of k samples is correct, estimated without bias from n samples
/// of which some are.
///
/// M. Chen et al., "Evaluating large language models trained on code", 2021, equation 1.
public final class PassAtK {
    private PassAtK() {}

    public static double of(int n, int correct, int k) {
        if (k < 1 || n < k || correct < 0 || correct > n) {
            throw new IllegalArgumentException(
                    "pass@%d: %d correct of %d was given, allowed is 0 to n of n >= k >= 1"
                            .formatted(k, correct, n));
        }
        if (n - correct < k) {
            return 1;
        }
        double noneCorrect = 1;
        for (int i = n - correct + 1; i <= n; i++) {
            noneCorrect *= 1 - (double) k / i;
        }
        return 1 - noneCorrect;
    }
}
