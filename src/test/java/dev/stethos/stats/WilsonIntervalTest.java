package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilsonIntervalTest {

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
    /// Medicine 17 (1998), table I, method 3.
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662",
        "15, 148, 0.0624, 0.1605",
        "0, 20, 0.0000, 0.1611",
        "1, 29, 0.0061, 0.1718",
    })
    void agreesWithNewcombe(int successes, int n, double low, double high) {
        WilsonInterval interval = WilsonInterval.of(successes, n, 0.95);
        assertThat(interval.low()).isCloseTo(low, within(0.00005));
        assertThat(interval.high()).isCloseTo(high, within(0.00005));
    }

    /// SciPy 1.17.1, `binomtest(k, n).proportion_ci(confidence, method="wilson")`.
    @ParameterizedTest
    @CsvSource({
        "160, 540, 0.95, 0.25933129929067034, 0.336139041501177",
        "213, 540, 0.95, 0.35410787147246897, 0.4362722142105792",
        "10, 10, 0.95, 0.7224672001371109, 1.0",
        "50, 100, 0.99, 0.37527962504483986, 0.6247203749551602",
    })
    void agreesWithScipy(int successes, int n, double confidence, double low, double high) {
        WilsonInterval interval = WilsonInterval.of(successes, n, confidence);
        assertThat(interval.low()).isCloseTo(low, within(1e-9));
        assertThat(interval.high()).isCloseTo(high, within(1e-9));
    }

    /// The interval's defining property: at each end, the score test is exactly at its limit.
    @Test
    void bothEndsSolveTheScoreEquation() {
        double z95 = 1.959963984540054;
        for (int n = 1; n < 40; n++) {
            for (int successes = 0; successes <= n; successes++) {
                double p = (double) successes / n;
                WilsonInterval interval = WilsonInterval.of(successes, n, 0.95);
                for (double end : new double[] {interval.low(), interval.high()}) {
                    double left = (p - end) * (p - end);
                    double right = z95 * z95 * end * (1 - end) / n;
                    assertThat(left).isCloseTo(right, within(1e-9));
                }
                assertThat(interval.low()).isBetween(0.0, p);
                assertThat(interval.high()).isBetween(p, 1.0);
            }
        }
    }

    @Test
    void countingFailuresMirrorsIt() {
        WilsonInterval successes = WilsonInterval.of(13, 40, 0.9);
        WilsonInterval failures = WilsonInterval.of(27, 40, 0.9);
        assertThat(failures.low()).isCloseTo(1 - successes.high(), within(1e-12));
        assertThat(failures.high()).isCloseTo(1 - successes.low(), within(1e-12));
    }

    @Test
    void refusesImpossibleInput() {
        assertThatThrownBy(() -> WilsonInterval.of(0, 0, 0.95)).hasMessageContaining("0 of 0");
        assertThatThrownBy(() -> WilsonInterval.of(1, 2, 95)).hasMessageContaining("95.0");
    }
}
