package dev.stethos.lab.experiment;

import dev.stethos.evaluation.AbReport.Discordant;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.stats.McNemar;
import dev.stethos.stats.PairedBootstrap;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Arms that were each compared with the same base on the same items, compared with one another,
/// item by item: an arm's sign at an item is 1 where it alone is right, -1 where the base alone is,
/// else 0, so that the difference of two arms' signs is that of their answers.
final class PairedArms {
    private static final double CONFIDENCE = 0.95;
    private static final long SEED = 1;

    private PairedArms() {}

    /// Items that only the first, only the second arm answers correctly.
    static McNemar between(SubjectResult first, SubjectResult second) {
        SortedMap<String, Double> differences = new TreeMap<>();
        add(differences, first.discordant(), 1);
        add(differences, second.discordant(), -1);
        return new McNemar(
                (int) differences.values().stream().filter(value -> value > 0).count(),
                (int) differences.values().stream().filter(value -> value < 0).count());
    }

    /// Adds a multiple of an arm's signs by item.
    static void add(SortedMap<String, Double> sum, List<Discordant> signs, double times) {
        for (Discordant item : signs) {
            sum.merge(item.id(), times * item.sign(), Double::sum);
        }
    }

    /// The mean of a number by item over `n` items, those without one counting 0, and its interval
    /// over resampled items.
    static PairedBootstrap mean(SortedMap<String, Double> byItem, int n) {
        double[] values = new double[n];
        int next = 0;
        for (double value : byItem.values()) {
            values[next++] = value;
        }
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return PairedBootstrap.ratio(values, ones, CONFIDENCE, SEED);
    }
}
