package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SplitHalfTest {
    @Test
    void halvesAreDisjointAndEven() {
        Labels labels = SpecificityTest.labels(31);
        List<Labels> halves = labels.halves(new Random(2));
        for (int i = 0; i < 31; i++) {
            int first = halves.get(0).of()[i];
            int second = halves.get(1).of()[i];
            assertThat(first == Labels.LEFT_OUT).isNotEqualTo(second == Labels.LEFT_OUT);
            assertThat(Math.max(first, second)).isEqualTo(labels.of()[i]);
        }
        for (int label = Labels.CONTROL; label < 2; label++) {
            assertThat(halves.get(0).count(label) - halves.get(1).count(label)).isBetween(0, 1);
        }
    }

    @Test
    void scoresThatDoNotDependOnDocumentsAreReliable() {
        assertThat(
                        new SplitHalf(3, 1)
                                .reliability(
                                        SpecificityTest.labels(20), _ -> new double[] {1, 5, 2, 3}))
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void scoresByChanceAreNot() {
        Random noise = new Random(4);
        assertThat(
                        new SplitHalf(200, 1)
                                .reliability(
                                        SpecificityTest.labels(20),
                                        _ -> noise.doubles(40).toArray()))
                .isCloseTo(0, within(0.15));
    }

    /// r = 0.5 becomes 2/3.
    @Test
    void carriesTheCorrelationToTheWhole() {
        double[][] scores = {{1, 2, 3}, {1, 3, 2}};
        int[] next = {0};
        assertThat(
                        new SplitHalf(1, 1)
                                .reliability(SpecificityTest.labels(20), _ -> scores[next[0]++]))
                .isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void ranksShareTies() {
        assertThat(Correlation.spearman(new double[] {1, 10, 100}, new double[] {2, 3, 4}))
                .isCloseTo(1, within(1e-12));
        assertThat(Correlation.spearman(new double[] {1, 2, 2, 3}, new double[] {1, 3, 2, 4}))
                .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
        assertThat(Correlation.pearson(new double[] {1, 1}, new double[] {1, 2})).isZero();
    }
}
