package dev.stethos.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// The z statistic and two-sided p-value of the difference of two proportions, second minus first,
/// seen as independent samples. Three forms are in use and differ in the third digit; the factory
/// names the form. Without any variance z is 0 for equal proportions and infinite for 0 against 1.
public record TwoProportionZ(double z, double pValue) {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /// From the two standard errors as lm-evaluation-harness prints them, `sqrt(p * (1 - p) / (n -
    /// 1))`; both samples need two items or more.
    public static TwoProportionZ ofStandardErrors(int successes1, int n1, int successes2, int n2) {
        check(successes1, n1, 2);
        check(successes2, n2, 2);
        double p1 = (double) successes1 / n1;
        double p2 = (double) successes2 / n2;
        return of(p2 - p1, p1 * (1 - p1) / (n1 - 1) + p2 * (1 - p2) / (n2 - 1));
    }

    /// Each sample with its own variance `p * (1 - p) / n`.
    public static TwoProportionZ unpooled(int successes1, int n1, int successes2, int n2) {
        check(successes1, n1, 1);
        check(successes2, n2, 1);
        double p1 = (double) successes1 / n1;
        double p2 = (double) successes2 / n2;
        return of(p2 - p1, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2);
    }

    /// The variance of both samples taken together; z squared is Pearson's chi-squared.
    public static TwoProportionZ pooled(int successes1, int n1, int successes2, int n2) {
        check(successes1, n1, 1);
        check(successes2, n2, 1);
        double p = ((double) successes1 + successes2) / ((double) n1 + n2);
        double difference = (double) successes2 / n2 - (double) successes1 / n1;
        return of(difference, p * (1 - p) * (1.0 / n1 + 1.0 / n2));
    }

    private static TwoProportionZ of(double difference, double variance) {
        double z = difference == 0 ? 0 : difference / Math.sqrt(variance);
        return new TwoProportionZ(z, Math.min(1, 2 * NORMAL.survivalProbability(Math.abs(z))));
    }

    private static void check(int successes, int n, int smallest) {
        if (n < smallest || successes < 0 || successes > n) {
            throw new IllegalArgumentException(
                    "proportion: %d of %d was given, allowed is 0 to n of n >= %d"
                            .formatted(successes, n, smallest));
        }
    }
}
