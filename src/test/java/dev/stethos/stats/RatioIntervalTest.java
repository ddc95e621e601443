package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RatioIntervalTest {

    /// The formula in NumPy with SciPy 1.17.1, `t.isf(0.025, 6)`.
    @Test
    void agreesWithScipy() {
        RatioInterval interval =
                RatioInterval.of(
                        new double[] {1, -2, 3, 0.5, 4, -1, 2.5},
                        new double[] {3, 5, 4, 2, 6, 3, 5},
                        0.95);
        assertThat(interval.estimate()).isCloseTo(0.2857142857142857, within(1e-12));
        assertThat(interval.low()).isCloseTo(-0.18672542861694275, within(1e-9));
        assertThat(interval.high()).isCloseTo(0.7581540000455141, within(1e-9));
    }

    /// Ten thousand resamples place a 2.5 % quantile within about 5 % of the interval's half width.
    @Test
    void theBootstrapAgreesWithinItsOwnError() {
        SplittableRandom random = new SplittableRandom(7);
        double[] top = new double[400];
        double[] bottom = new double[400];
        for (int unit = 0; unit < top.length; unit++) {
            bottom[unit] = random.nextInt(10, 60);
            top[unit] = bottom[unit] * (0.02 + 0.3 * random.nextGaussian());
        }
        RatioInterval closed = RatioInterval.of(top, bottom, 0.95);
        PairedBootstrap resampled = PairedBootstrap.ratio(top, bottom, 0.95, 1);
        double half = (closed.high() - closed.low()) / 2;
        assertThat(resampled.estimate()).isCloseTo(closed.estimate(), within(1e-12));
        assertThat(resampled.low()).isCloseTo(closed.low(), within(0.07 * half));
        assertThat(resampled.high()).isCloseTo(closed.high(), within(0.07 * half));
    }

    @Test
    void refusesASingleUnit() {
        assertThatThrownBy(() -> RatioInterval.of(new double[] {1}, new double[] {1}, 0.95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 numerators and 1 denominators");
    }
}
