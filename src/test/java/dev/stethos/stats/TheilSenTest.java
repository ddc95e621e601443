package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TheilSenTest {
    @Test
    void aLineHasItsSlopeAndNoWidth() {
        double[] x = {1, 2, 4, 8, 16};
        double[] y = Arrays.stream(x).map(v -> 3 - 2 * v).toArray();
        assertThat(TheilSen.of(x, y, 0.95)).isEqualTo(new TheilSen(5, -2, -2, -2));
    }

    /// The example of Sen's paper; SciPy's `theilslopes` gives the same digits.
    @Test
    void equalsSensExample() {
        double[] x = {1, 2, 3, 4, 10, 12, 18};
        double[] y = {9, 15, 19, 20, 45, 55, 78};
        TheilSen found = TheilSen.of(x, y, 0.93);
        assertThat(found.slope()).isEqualTo(4);
        assertThat(found.low()).isCloseTo(3.7142857142857144, within(1e-15));
        assertThat(found.high()).isEqualTo(4.375);
    }

    @Test
    void oneOutlierMovesItLittle() {
        double[] x = IntStream.range(0, 41).mapToDouble(i -> i).toArray();
        double[] y = Arrays.stream(x).map(v -> v + (v % 2 == 0 ? 0.1 : -0.1)).toArray();
        double clean = TheilSen.of(x, y, 0.95).slope();
        y[40] = -1e9;
        assertThat(TheilSen.of(x, y, 0.95).slope()).isCloseTo(clean, within(0.02));
    }

    @Test
    void theIntervalCoversTheSlopeAsOftenAsItSays() {
        Random random = new Random(3);
        double[] x = IntStream.range(0, 12).mapToDouble(i -> i).toArray();
        int covered = 0;
        for (int round = 0; round < 2000; round++) {
            double[] y = Arrays.stream(x).map(v -> 0.5 * v + random.nextGaussian()).toArray();
            TheilSen found = TheilSen.of(x, y, 0.95);
            covered += found.low() <= 0.5 && 0.5 <= found.high() ? 1 : 0;
        }
        assertThat(covered / 2000.0).isBetween(0.935, 0.98);
    }

    @Test
    void refusesTooFewPointsAndEqualTimes() {
        assertThatThrownBy(() -> TheilSen.of(new double[3], new double[3], 0.95))
                .hasMessageContaining("3 and 3 values were given, allowed are 4 or more");
        double[] y = {1, 2, 3, 4};
        assertThatThrownBy(() -> TheilSen.of(new double[] {1, 1, 2, 3}, y, 0.95))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("points 0 and 1");
    }
}
