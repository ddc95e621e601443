package dev.stethos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.bench.PairedTiming.Budget;
import dev.stethos.stats.MedianInterval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedTimingTest {

    @Test
    void alternatesAndFlipsTheOrderOfEachPair() {
        List<String> calls = new ArrayList<>();
        PairedTiming<Integer> timing =
                PairedTiming.measure(
                        pair -> called(calls, "A", pair),
                        pair -> called(calls, "B", pair),
                        new Budget(Duration.ZERO, 6),
                        () -> 0);
        assertThat(String.join(" ", calls)).isEqualTo("A0 B0 B1 A1 A2 B2 B3 A3 A4 B4 B5 A5");
        assertThat(timing.unedited()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(timing.edited()).isEqualTo(timing.unedited());
    }

    @Test
    void measuresUntilTheTimeIsOverAndNoFewerPairsThanAsked() {
        assertThat(pairs(new Budget(Duration.ofNanos(100), 6))).isEqualTo(10);
        assertThat(pairs(new Budget(Duration.ofNanos(101), 6))).isEqualTo(11);
        assertThat(pairs(new Budget(Duration.ofNanos(100), 17))).isEqualTo(17);
        assertThat(pairs(new Budget(Duration.ZERO, 6))).isEqualTo(6);
    }

    /// With a fair order and 3 % noise the interval holds the true ratio as often as it promises.
    @Test
    void intervalHoldsTheTrueRatioInNineteenOfTwentyRuns() {
        int held = 0;
        for (int run = 0; run < 1000; run++) {
            MedianInterval ratio = timing(1.01, 40, 0.05, run).ratio(time -> time);
            held += ratio.low() <= 1.01 && 1.01 <= ratio.high() ? 1 : 0;
        }
        assertThat(held).isGreaterThan(935);
    }

    /// A machine that gets 50 % slower over the run and stalls tenfold in a twelfth of the blocks
    /// hides neither a difference of 5 % nor its absence.
    @Test
    void findsTheRatioUnderDriftAndStalls() {
        MedianInterval slower = timing(1.05, 400, 0.08, 17).ratio(time -> time);
        assertThat(slower.low()).isGreaterThan(1.03);
        assertThat(slower.high()).isLessThan(1.07);
        MedianInterval same = timing(1.0, 400, 0.08, 17).ratio(time -> time);
        assertThat(same.low()).isBetween(0.98, 1.0);
        assertThat(same.high()).isBetween(1.0, 1.02);
    }

    @Test
    void exchangingTheArmsInvertsTheRatio() {
        PairedTiming<Double> there = timing(1.2, 101, 0.05, 17);
        PairedTiming<Double> back = new PairedTiming<>(there.edited(), there.unedited());
        MedianInterval ratio = there.ratio(time -> time);
        MedianInterval inverse = back.ratio(time -> time);
        assertThat(inverse.median()).isCloseTo(1 / ratio.median(), within(1e-12));
        assertThat(inverse.low()).isCloseTo(1 / ratio.high(), within(1e-12));
        assertThat(inverse.high()).isCloseTo(1 / ratio.low(), within(1e-12));
    }

    @Test
    void refusesABudgetWithoutAnInterval() {
        assertThatThrownBy(() -> new Budget(Duration.ofSeconds(1), 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 pairs")
                .hasMessageContaining("6 pairs or more");
    }

    private static Integer called(List<String> calls, String arm, int pair) {
        calls.add(arm + pair);
        return pair;
    }

    /// How many pairs are measured when every block takes 5 ns.
    private static int pairs(Budget budget) {
        long[] now = {0};
        return PairedTiming.measure(pair -> now[0] += 5, pair -> now[0] += 5, budget, () -> now[0])
                .pairs();
    }

    /// Simulated blocks: 3 % noise each, drift over the run, now and then a stall.
    private static PairedTiming<Double> timing(double ratio, int pairs, double stalls, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] block = {0};
        return PairedTiming.measure(
                pair -> simulated(1, random, block, pairs, stalls),
                pair -> simulated(ratio, random, block, pairs, stalls),
                new Budget(Duration.ZERO, pairs),
                () -> 0);
    }

    private static double simulated(
            double time, SplittableRandom random, int[] block, int pairs, double stalls) {
        double drift = 1 + 0.25 * block[0]++ / pairs;
        double stall = random.nextDouble() < stalls ? 10 : 1;
        return time * drift * stall * (0.97 + 0.06 * random.nextDouble());
    }
}
