package dev.stethos.bench;

import dev.stethos.stats.MedianInterval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/// Two arms measured alternately in short blocks: A B, B A, A B, ... The two blocks of a pair lie
/// side by side in time and the order flips from pair to pair, so what slows the machine down for
/// longer than a block slows both arms, and a drift favours neither. Each pair gives one ratio; the
/// median of the ratios and its order-statistic interval are little moved by the blocks that were
/// disturbed.
///
/// @param <T> what a block measures
/// @param unedited measurements of arm A, pair by pair
/// @param edited measurements of arm B
public record PairedTiming<T>(List<T> unedited, List<T> edited) {
    private static final double CONFIDENCE = 0.95;

    public PairedTiming {
        unedited = List.copyOf(unedited);
        edited = List.copyOf(edited);
        if (unedited.size() != edited.size()) {
            throw new IllegalArgumentException(
                    "paired timing: %d and %d blocks".formatted(unedited.size(), edited.size()));
        }
    }

    /// How long to measure: pairs until the time is over, and never fewer than `minPairs`.
    public record Budget(Duration time, int minPairs) {
        /// The fewest pairs that give a 95 % interval.
        public static final int FEWEST_PAIRS = 6;

        public Budget {
            if (time.isNegative() || minPairs < FEWEST_PAIRS) {
                throw new IllegalArgumentException(
                        "bench budget: %s and %d pairs were given, allowed is no negative time and %d pairs or more"
                                .formatted(time, minPairs, FEWEST_PAIRS));
            }
        }
    }

    /// Runs pairs of blocks; the arms are called with the pair's number.
    ///
    /// @param clock nanoseconds from any fixed point
    static <T> PairedTiming<T> measure(
            IntFunction<T> unedited, IntFunction<T> edited, Budget budget, LongSupplier clock) {
        List<T> first = new ArrayList<>();
        List<T> second = new ArrayList<>();
        long start = clock.getAsLong();
        int pair = 0;
        while (pair < budget.minPairs() || clock.getAsLong() - start < budget.time().toNanos()) {
            if (pair % 2 == 0) {
                first.add(unedited.apply(pair));
                second.add(edited.apply(pair));
            } else {
                second.add(edited.apply(pair));
                first.add(unedited.apply(pair));
            }
            pair++;
        }
        return new PairedTiming<>(first, second);
    }

    public int pairs() {
        return unedited.size();
    }

    /// Median and 95 % interval of edited over unedited.
    public MedianInterval ratio(ToDoubleFunction<T> value) {
        double[] ratios = new double[pairs()];
        Arrays.setAll(
                ratios,
                pair ->
                        value.applyAsDouble(edited.get(pair))
                                / value.applyAsDouble(unedited.get(pair)));
        return MedianInterval.of(ratios, CONFIDENCE);
    }

    /// The median of one arm's blocks.
    static <T> double median(List<T> blocks, ToDoubleFunction<T> value) {
        return MedianInterval.of(blocks.stream().mapToDouble(value).toArray(), CONFIDENCE).median();
    }
}
