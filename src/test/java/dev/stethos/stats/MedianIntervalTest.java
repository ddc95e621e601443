package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MedianIntervalTest {

    /// Ranks of the two ends, from SciPy 1.17.1: `quantile_test(range(1, n + 1),
    /// p=0.5).confidence_interval(0.95)`.
    @ParameterizedTest
    @CsvSource({
        "6, 1, 6",
        "8, 1, 8",
        "10, 2, 9",
        "15, 4, 12",
        "17, 5, 13",
        "20, 6, 15",
        "25, 8, 18",
        "50, 18, 33",
        "100, 40, 61",
        "200, 86, 115"
    })
    void endsAtScipysRanks(int n, int low, int high) {
        double[] descending = IntStream.range(0, n).mapToDouble(i -> n - i).toArray();
        assertThat(MedianInterval.of(descending, 0.95))
                .isEqualTo(new MedianInterval((n + 1) / 2.0, low, high));
    }

    /// Every value lies on either side of the true median with probability one half: over all 2^n
    /// ways, the interval misses it in at most 5 %, and one rank narrower it would not.
    @Test
    void missesTheMedianAsSeldomAsPromisedAndIsAsNarrowAsThatAllows() {
        for (int n = 6; n <= 16; n++) {
            double[] ranks = IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray();
            int low = (int) MedianInterval.of(ranks, 0.95).low();
            assertThat(missed(n, low)).isLessThanOrEqualTo(0.05);
            assertThat(missed(n, low + 1)).isGreaterThan(0.05);
        }
    }

    @Test
    void movesAndScalesWithTheValues() {
        double[] values = new SplittableRandom(3).doubles(41).toArray();
        MedianInterval plain = MedianInterval.of(values, 0.95);
        double[] moved = Arrays.stream(values).map(x -> 4 * x + 8).toArray();
        assertThat(MedianInterval.of(moved, 0.95))
                .isEqualTo(
                        new MedianInterval(
                                4 * plain.median() + 8, 4 * plain.low() + 8, 4 * plain.high() + 8));
    }

    @Test
    void doesNotMoveWhenOutliersGetWorse() {
        double[] values = IntStream.rangeClosed(1, 20).mapToDouble(i -> i).toArray();
        MedianInterval before = MedianInterval.of(values, 0.95);
        values[19] = 1e9;
        values[18] = 1e8;
        assertThat(MedianInterval.of(values, 0.95)).isEqualTo(before);
    }

    @Test
    void leavesItsInputAlone() {
        double[] values = {6, 5, 4, 3, 2, 1};
        MedianInterval.of(values, 0.95);
        assertThat(values).containsExactly(6, 5, 4, 3, 2, 1);
    }

    @Test
    void refusesTooFewValuesAndNaN() {
        assertThatThrownBy(() -> MedianInterval.of(new double[5], 0.95))
                .hasMessageContaining("5 values");
        assertThatThrownBy(() -> MedianInterval.of(new double[0], 0.95))
                .hasMessageContaining("0 values");
        assertThatThrownBy(
                        () -> MedianInterval.of(new double[] {1, 2, 3, Double.NaN, 5, 6, 7}, 0.95))
                .hasMessageContaining("NaN");
    }

    /// The share of all outcomes in which fewer than `rank` values lie on one side.
    private static double missed(int n, int rank) {
        int missed = 0;
        for (int outcome = 0; outcome < 1 << n; outcome++) {
            int below = Integer.bitCount(outcome);
            if (below < rank || n - below < rank) {
                missed++;
            }
        }
        return (double) missed / (1 << n);
    }
}
