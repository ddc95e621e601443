package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairedDifferenceTest {

    /// SciPy 1.17.1: `brentq` over the score statistic whose nuisance parameter `minimize_scalar`
    /// finds by maximum likelihood, `z = norm.isf(0.025)`.
    @ParameterizedTest
    @CsvSource({
        "18, 55, 300, 0.06956869304, 0.17891659916",
        "40, 82, 2100, 0.00984961465, 0.03065700590",
        "2, 12, 50, 0.06111240702, 0.34470874771",
        "5, 6, 300, -0.02113571035, 0.02853980691",
        "30, 10, 100, -0.31696048909, -0.07948443344",
    })
    void agreesWithTheConstrainedLikelihood(
            int onlyFirst, int onlySecond, int n, double low, double high) {
        PairedDifference d = PairedDifference.of(onlyFirst, onlySecond, n, 0.95);
        assertThat(d.difference()).isEqualTo((onlySecond - onlyFirst) / (double) n);
        assertThat(d.low()).isCloseTo(low, within(1e-7));
        assertThat(d.high()).isCloseTo(high, within(1e-7));
    }

    /// Without a difference Tango's statistic is McNemar's, `(c - b) / sqrt(b + c)`.
    @Test
    void leavesZeroOutExactlyWhenMcNemarsStatisticRejects() {
        double z = 1.959963984540054;
        for (int b = 0; b <= 12; b++) {
            for (int c = 0; c <= 12; c++) {
                if (b + c > 0) {
                    double mcnemar = (c - b) / Math.sqrt(b + c);
                    assertThat(PairedDifference.score(b, c, 40, 0))
                            .isCloseTo(mcnemar, within(1e-9));
                    PairedDifference d = PairedDifference.of(b, c, 40, 0.95);
                    assertThat(d.low() > 0 || d.high() < 0).isEqualTo(Math.abs(mcnemar) > z);
                }
            }
        }
    }

    @Test
    void exchangingTheOutcomesTurnsTheIntervalOver() {
        PairedDifference there = PairedDifference.of(3, 11, 60, 0.95);
        PairedDifference back = PairedDifference.of(11, 3, 60, 0.95);
        assertThat(back.difference()).isEqualTo(-there.difference());
        assertThat(back.low()).isCloseTo(-there.high(), within(1e-12));
        assertThat(back.high()).isCloseTo(-there.low(), within(1e-12));
    }

    @Test
    void staysWithinMinusOneAndOneAndHoldsTheDifference() {
        for (int[] counts : new int[][] {{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {0, 9, 9}, {4, 5, 9}}) {
            PairedDifference d = PairedDifference.of(counts[0], counts[1], counts[2], 0.95);
            assertThat(d.low()).isBetween(-1.0, d.difference());
            assertThat(d.high()).isBetween(d.difference(), 1.0);
        }
    }

    @Test
    void refusesMoreDiscordantPairsThanPairs() {
        assertThatThrownBy(() -> PairedDifference.of(3, 3, 5, 0.95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 and 3 discordant of 5");
    }
}
