package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PermutationTestTest {
    private static final Specificity SCORE = new Specificity.ProfileContrast(0);

    /// Documents without a difference: z has mean 0 and deviation 1 over many corpora.
    @Test
    void zOfNoDifferenceIsStandard() {
        int corpora = 200;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < corpora; seed++) {
            LatentStatistics corpus = SpecificityTest.random(seed, 24, 6);
            double z =
                    new PermutationTest(99, seed)
                            .of(
                                    SpecificityTest.labels(24),
                                    labels -> SCORE.layer(corpus.contrast(labels)))
                            .z();
            sum += z;
            squares += z * z;
        }
        double mean = sum / corpora;
        assertThat(mean).isCloseTo(0, within(4 / Math.sqrt(corpora)));
        assertThat(Math.sqrt(squares / corpora - mean * mean)).isCloseTo(1, within(0.2));
    }

    @Test
    void findsADifference() {
        LatentStatistics corpus = SpecificityTest.random(1, 60, 6);
        List<DocumentLatents> documents = new ArrayList<>(corpus.documents());
        Labels labels = SpecificityTest.labels(60);
        for (int i = 0; i < 60; i++) {
            if (labels.of()[i] != Labels.CONTROL) {
                DocumentLatents document = documents.get(i);
                float[] sums = document.sums().clone();
                sums[0] *= 8;
                documents.set(
                        i,
                        new DocumentLatents(
                                document.tokens(), document.latents(), sums, document.fires()));
            }
        }
        LatentStatistics changed = new LatentStatistics(documents, corpus.norms());
        PermutationTest.Result result =
                new PermutationTest(199, 3).of(labels, some -> SCORE.layer(changed.contrast(some)));
        assertThat(result.z()).isGreaterThan(4);
        assertThat(result.p()).isEqualTo(1 / 200.0);
        assertThat(result.score()).isGreaterThan(result.mean());
    }

    @Test
    void meanAndDeviationAreThoseOfTheDraws() {
        Labels labels = SpecificityTest.labels(9);
        double[] values = {3, 1, 2, 4};
        int[] next = {0};
        PermutationTest.Result result =
                new PermutationTest(3, 1).of(labels, _ -> values[next[0]++]);
        assertThat(result.mean()).isCloseTo(7 / 3.0, within(1e-12));
        assertThat(result.deviation()).isCloseTo(Math.sqrt(7 / 3.0), within(1e-12));
        assertThat(result.z()).isCloseTo((3 - 7 / 3.0) / Math.sqrt(7 / 3.0), within(1e-12));
        assertThat(result.p()).isEqualTo(0.5);
    }

    @Test
    void zIsNoLargerThanTheNumberOfDraws() {
        Labels labels = SpecificityTest.labels(9);
        PermutationTest test = new PermutationTest(5, 1);
        assertThat(test.of(labels, some -> some == labels ? 1 : 0).z()).isEqualTo(5);
        assertThat(test.of(labels, some -> some == labels ? -1 : 0).z()).isEqualTo(-5);
        assertThat(test.of(labels, _ -> 2).z()).isZero();
    }

    @Test
    void theSameSeedGivesTheSameResult() {
        LatentStatistics corpus = SpecificityTest.random(5, 24, 6);
        PermutationTest test = new PermutationTest(20, 8);
        Labels labels = SpecificityTest.labels(24);
        assertThat(test.of(labels, some -> SCORE.layer(corpus.contrast(some))))
                .isEqualTo(test.of(labels, some -> SCORE.layer(corpus.contrast(some))));
    }

    @Test
    void dealingKeepsEveryLabelsNumber() {
        Labels labels = SpecificityTest.labels(31);
        Labels dealt = labels.shuffled(new Random(1));
        assertThat(dealt.of()).isNotEqualTo(labels.of());
        for (int label = Labels.CONTROL; label < 2; label++) {
            assertThat(dealt.count(label)).isEqualTo(labels.count(label));
        }
    }
}
