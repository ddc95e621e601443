package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
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
    void drawsTheHalvesOfEverySplitAnew() {
        List<Labels> halves = new SplitHalf(3, 1).halves(SpecificityTest.labels(31));
        assertThat(halves).hasSize(6);
        assertThat(halves.get(0).of()).isNotEqualTo(halves.get(2).of());
        assertThat(new SplitHalf(3, 1).halves(SpecificityTest.labels(31)).get(5).of())
                .isEqualTo(halves.get(5).of());
    }

    @Test
    void scoresThatDoNotDependOnDocumentsAreReliable() {
        List<double[]> layers = DoubleStream.of(1, 5, 2, 3).mapToObj(SplitHalfTest::same).toList();
        assertThat(new SplitHalf(3, 1).reliability(layers)).isCloseTo(1, within(1e-12));
    }

    private static double[] same(double score) {
        double[] halves = new double[6];
        Arrays.fill(halves, score);
        return halves;
    }

    @Test
    void scoresByChanceAreNot() {
        Random noise = new Random(4);
        List<double[]> layers = new ArrayList<>();
        for (int layer = 0; layer < 40; layer++) {
            layers.add(noise.doubles(400).toArray());
        }
        assertThat(new SplitHalf(200, 1).reliability(layers)).isCloseTo(0, within(0.15));
    }

    /// r = 0.5 becomes 2/3.
    @Test
    void carriesTheCorrelationToTheWhole() {
        List<double[]> layers =
                List.of(new double[] {1, 1}, new double[] {2, 3}, new double[] {3, 2});
        assertThat(new SplitHalf(1, 1).reliability(layers)).isCloseTo(2.0 / 3, within(1e-12));
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
