package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
    private static final double[] DIFFERENCES = {
        0.12, -0.05, 0.30, 0.07, -0.11, 0.02, 0.25, -0.02, 0.09, 0.15, 0.04, -0.08
    };
    private static final double[] TOKENS = {10, 12, 8, 20, 15, 9, 11, 14, 10, 13, 16, 12};

    /// SciPy 1.17.1, `bootstrap((d, w), sum(d) / sum(w), paired=True, method="percentile")` with
    /// 200,000 resamples; the tolerance is four Monte Carlo errors of a quantile.
    @Test
    void agreesWithScipy() {
        PairedBootstrap interval = PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.95, 1);
        assertThat(interval.estimate()).isCloseTo(0.0052, within(1e-12));
        assertThat(interval.low()).isCloseTo(-6.493506493506537e-05, within(4e-4));
        assertThat(interval.high()).isCloseTo(0.011751824817518247, within(4e-4));
    }

    /// Three units have 27 equally likely resamples; at 0.8 coverage both ends lie inside a run of
    /// equal values of their exact distribution.
    @Test
    void agreesWithAllResamplesOfThreeUnits() {
        double[] top = {1, 2, 4};
        double[] bottom = {1, 3, 2};
        double[] all = new double[27];
        for (int i = 0; i < 27; i++) {
            int[] units = {i % 3, i / 3 % 3, i / 9};
            all[i] =
                    Arrays.stream(units).mapToDouble(unit -> top[unit]).sum()
                            / Arrays.stream(units).mapToDouble(unit -> bottom[unit]).sum();
        }
        Arrays.sort(all);
        PairedBootstrap interval = PairedBootstrap.ratio(top, bottom, 0.8, 5);
        assertThat(interval.low()).isEqualTo(all[(int) (0.1 * 27)]);
        assertThat(interval.high()).isEqualTo(all[26 - (int) (0.1 * 27)]);
    }

    @Test
    void exchangingTheArmsMirrorsTheInterval() {
        double[] negated = Arrays.stream(DIFFERENCES).map(x -> -x).toArray();
        PairedBootstrap there = PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.95, 9);
        PairedBootstrap back = PairedBootstrap.ratio(negated, TOKENS, 0.95, 9);
        assertThat(back.low()).isEqualTo(-there.high());
        assertThat(back.high()).isEqualTo(-there.low());
    }

    @Test
    void theSameDifferencePerTokenLeavesNoWidth() {
        double[] proportional = Arrays.stream(TOKENS).map(x -> x / 4).toArray();
        PairedBootstrap interval = PairedBootstrap.ratio(proportional, TOKENS, 0.95, 2);
        assertThat(interval).isEqualTo(new PairedBootstrap(0.25, 0.25, 0.25));
    }

    @Test
    void theSameSeedRepeatsItAndAnotherDoesNot() {
        PairedBootstrap first = PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.95, 4);
        assertThat(PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.95, 4)).isEqualTo(first);
        assertThat(PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.95, 5)).isNotEqualTo(first);
    }

    @Test
    void widensWithConfidence() {
        PairedBootstrap narrow = PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.5, 3);
        PairedBootstrap wide = PairedBootstrap.ratio(DIFFERENCES, TOKENS, 0.99, 3);
        assertThat(wide.low()).isLessThan(narrow.low());
        assertThat(wide.high()).isGreaterThan(narrow.high());
    }

    @Test
    void refusesUnitsThatAreNotPairs() {
        assertThatThrownBy(() -> PairedBootstrap.ratio(new double[2], new double[] {1}, 0.95, 1))
                .hasMessageContaining("2 numerators and 1 denominators");
        assertThatThrownBy(() -> PairedBootstrap.ratio(new double[1], new double[] {0}, 0.95, 1))
                .hasMessageContaining("unit 0");
    }
}
