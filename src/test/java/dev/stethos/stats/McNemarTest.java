package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {

    /// SciPy 1.17.1, `binomtest(b, b + c).pvalue`; 121 against 59 is the example of statsmodels'
    /// `mcnemar(exact=True)` (4.434e-06), 150 against 86 Agresti's approval ratings.
    @ParameterizedTest
    @CsvSource({
        "10, 2, 0.03857421875",
        "121, 59, 4.4344492637551645e-06",
        "150, 86, 3.7159361395713866e-05",
        "0, 6, 0.03125",
        "33, 7, 4.2277022657799534e-05",
        "3, 12, 0.03515625",
        "60, 6, 2.72580319860688e-12",
        "1000, 1100, 0.03072070786424249",
    })
    void agreesWithScipy(int b, int c, double p) {
        assertThat(new McNemar(b, c).pValue()).isCloseTo(p, within(p * 1e-9));
    }

    @Test
    void noDiscordantPairIsNoEvidence() {
        assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
    }

    /// Every one of the 2^n ways in which n discordant pairs can fall is equally likely: counts
    /// those at least as lopsided as the one seen.
    @Test
    void equalsTheShareOfAllOutcomesAtLeastAsLopsided() {
        for (int n = 1; n <= 14; n++) {
            for (int b = 0; b <= n; b++) {
                int atLeast = 0;
                for (int outcome = 0; outcome < 1 << n; outcome++) {
                    int first = Integer.bitCount(outcome);
                    if (Math.abs(2 * first - n) >= Math.abs(2 * b - n)) {
                        atLeast++;
                    }
                }
                assertThat(new McNemar(b, n - b).pValue())
                        .as("%d against %d", b, n - b)
                        .isCloseTo((double) atLeast / (1 << n), within(1e-12));
            }
        }
    }

    @Test
    void doesNotDependOnWhichSideIsFirst() {
        for (int b = 0; b < 40; b++) {
            for (int c = 0; c < 40; c++) {
                assertThat(new McNemar(b, c).pValue()).isEqualTo(new McNemar(c, b).pValue());
            }
        }
    }

    @Test
    void fallsAsTheSamePairsGetMoreLopsided() {
        for (int b = 0; b < 50; b++) {
            double less = new McNemar(b + 1, 99 - b).pValue();
            assertThat(new McNemar(b, 100 - b).pValue()).isLessThanOrEqualTo(less);
        }
    }

    @Test
    void refusesNegativeCounts() {
        assertThatThrownBy(() -> new McNemar(-1, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 and 3")
                .hasMessageContaining("0 or more");
    }
}
