package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwoProportionZTest {

    /// Number theory of arXiv 2605.28649, 29.6 % and 39.4 % of 540 items; the first form prints as
    /// the paper's z = +3.41, p = 0.0007. P-values from SciPy 1.17.1, `2 * norm.sf(z)`.
    @ParameterizedTest
    @CsvSource({
        "ofStandardErrors, 3.4067992728796743, 0.0006572944687306432",
        "unpooled, 3.409958104594805, 0.0006497285941725853",
        "pooled, 3.391748366729567, 0.0006944818874407047",
    })
    void agreesWithThePublishedComparison(String form, double z, double p) {
        TwoProportionZ result = of(form, 160, 540, 213, 540);
        assertThat(result.z()).isCloseTo(z, within(1e-9));
        assertThat(result.pValue()).isCloseTo(p, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({
        "ofStandardErrors, -3.1327995450859483, 0.001731476492162528",
        "unpooled, -3.147557901458535, 0.0016464049489280698",
        "pooled, -3.116142619904648, 0.0018323362993630889",
    })
    void agreesWithScipyForUnequalSamples(String form, double z, double p) {
        TwoProportionZ result = of(form, 45, 100, 30, 120);
        assertThat(result.z()).isCloseTo(z, within(1e-9));
        assertThat(result.pValue()).isCloseTo(p, within(1e-12));
    }

    @Test
    void pooledSquaredIsPearsonsChiSquared() {
        for (int first = 1; first < 20; first++) {
            for (int second = 1; second < 30; second++) {
                double z = TwoProportionZ.pooled(first, 20, second, 30).z();
                assertThat(z * z).isCloseTo(chiSquared(first, 20, second, 30), within(1e-9));
            }
        }
    }

    @Test
    void standardErrorsOverNMinusOneShrinkUnpooledByOneFactorForEqualSamples() {
        double unpooled = TwoProportionZ.unpooled(12, 40, 21, 40).z();
        double harness = TwoProportionZ.ofStandardErrors(12, 40, 21, 40).z();
        assertThat(harness).isCloseTo(unpooled * Math.sqrt(39.0 / 40), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"ofStandardErrors", "unpooled", "pooled"})
    void exchangingTheSamplesChangesTheSignOnly(String form) {
        TwoProportionZ there = of(form, 7, 25, 19, 40);
        TwoProportionZ back = of(form, 19, 40, 7, 25);
        assertThat(back.z()).isEqualTo(-there.z());
        assertThat(back.pValue()).isEqualTo(there.pValue());
    }

    @ParameterizedTest
    @CsvSource({"ofStandardErrors", "unpooled", "pooled"})
    void equalProportionsAreNoEvidenceEvenWithoutVariance(String form) {
        for (int successes : new int[] {0, 3, 9}) {
            TwoProportionZ same = of(form, successes, 9, successes, 9);
            assertThat(same.z()).isZero();
            assertThat(same.pValue()).isEqualTo(1);
        }
    }

    @Test
    void noneAgainstAllHasNoVarianceOfItsOwn() {
        assertThat(TwoProportionZ.unpooled(0, 5, 5, 5).z()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(TwoProportionZ.unpooled(0, 5, 5, 5).pValue()).isZero();
    }

    @Test
    void refusesImpossibleCounts() {
        assertThatThrownBy(() -> TwoProportionZ.pooled(6, 5, 1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 of 5");
        assertThatThrownBy(() -> TwoProportionZ.ofStandardErrors(0, 1, 1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("n >= 2");
    }

    private static TwoProportionZ of(String form, int k1, int n1, int k2, int n2) {
        return switch (form) {
            case "ofStandardErrors" -> TwoProportionZ.ofStandardErrors(k1, n1, k2, n2);
            case "unpooled" -> TwoProportionZ.unpooled(k1, n1, k2, n2);
            case "pooled" -> TwoProportionZ.pooled(k1, n1, k2, n2);
            default -> throw new IllegalArgumentException(form);
        };
    }

    /// Sum over the four cells of (observed - expected)^2 / expected.
    private static double chiSquared(int k1, int n1, int k2, int n2) {
        double[][] observed = {{k1, n1 - k1}, {k2, n2 - k2}};
        double[] columns = {k1 + k2, n1 + n2 - k1 - k2};
        int[] rows = {n1, n2};
        double sum = 0;
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 2; column++) {
                double expected = rows[row] * columns[column] / (n1 + n2);
                sum += Math.pow(observed[row][column] - expected, 2) / expected;
            }
        }
        return sum;
    }
}
