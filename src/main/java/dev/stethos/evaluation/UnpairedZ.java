package dev.stethos.evaluation;

import dev.stethos.stats.TwoProportionZ;
import org.jspecify.annotations.Nullable;

/// The difference of two arms seen as independent samples, in the three forms that published tables
/// use; the paired test is the one that counts.
///
/// @param standardErrors from lm-evaluation-harness' standard errors; null for a single item, which
///   has none
public record UnpairedZ(
        @Nullable TwoProportionZ standardErrors, TwoProportionZ unpooled, TwoProportionZ pooled) {

    static UnpairedZ of(int baseline, int candidate, int n) {
        return new UnpairedZ(
                n < 2 ? null : TwoProportionZ.ofStandardErrors(baseline, n, candidate, n),
                TwoProportionZ.unpooled(baseline, n, candidate, n),
                TwoProportionZ.pooled(baseline, n, candidate, n));
    }
}
