package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SpecificityTest {
    private static final Labels HAND = new Labels(new int[] {0, 1, Labels.CONTROL}, 2);

    /// Two subjects and control text, ten tokens each, three latents.
    private static Contrast hand() {
        return new LatentStatistics(
                        List.of(
                                document(10, 4, 2, 0, 0, 2, 1),
                                document(10, 0, 0, 6, 3, 0, 0),
                                document(10, 2, 1, 0, 0, 6, 6)),
                        new double[] {1, 2, 1})
                .contrast(HAND);
    }

    /// Sums and counts of three latents in turn.
    private static DocumentLatents document(int tokens, int... values) {
        List<Integer> fired = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            if (values[2 * i + 1] > 0) {
                fired.add(i);
            }
        }
        float[] sums = new float[fired.size()];
        int[] fires = new int[fired.size()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = values[2 * fired.get(i)];
            fires[i] = values[2 * fired.get(i) + 1];
        }
        return new DocumentLatents(
                tokens, fired.stream().mapToInt(Integer::intValue).toArray(), sums, fires);
    }

    @Test
    void meansAndFrequenciesArePerToken() {
        Contrast contrast = hand();
        assertThat(contrast.math()).containsExactly(0.2, 0.3, 0.1);
        assertThat(contrast.control()).containsExactly(0.2, 0, 0.6);
        assertThat(contrast.mathFrequency()).containsExactly(0.1, 0.15, 0.05);
        assertThat(contrast.subjects()[1]).containsExactly(0, 0.6, 0);
        assertThat(contrast.subjectFrequencies()[0]).containsExactly(0.2, 0, 0.1);
    }

    /// p = (1/3, 1/2, 1/6), q = (1/4, 0, 3/4).
    @Test
    void profileContrastByHand() {
        Specificity.ProfileContrast plain = new Specificity.ProfileContrast(0);
        assertThat(plain.latents(hand()))
                .containsExactly(new double[] {1 / 12.0, 0.5, 1 / 6.0 - 0.75}, within(1e-12));
        assertThat(plain.layer(hand())).isCloseTo(7 / 12.0, within(1e-12));
    }

    /// Every latent fires in one subject only, so that all entropies are 0.
    @Test
    void entropyTakesLatentsOfOneSubjectAway() {
        Specificity.ProfileContrast general = new Specificity.ProfileContrast(1);
        assertThat(general.latents(hand()))
                .containsExactly(new double[] {-0.25, 0, -0.75}, within(1e-12));
        assertThat(general.layer(hand())).isZero();
    }

    @Test
    void entropyKeepsLatentsOfAllSubjects() {
        Contrast even =
                new LatentStatistics(
                                List.of(
                                        document(10, 4, 4, 0, 0, 0, 0),
                                        document(10, 4, 4, 0, 0, 0, 0),
                                        document(10, 0, 0, 0, 0, 5, 5)),
                                new double[] {1, 1, 1})
                        .contrast(HAND);
        assertThat(new Specificity.ProfileContrast(2).layer(even)).isCloseTo(1, within(1e-12));
    }

    /// Mass times length: 0.2, 0.6, 0.1; only the middle latent hardly fires on control text.
    @Test
    void gatedMassByHand() {
        assertThat(new Specificity.GatedMass(0.01).layer(hand()))
                .isCloseTo(0.6 / 0.9, within(1e-12));
        assertThat(new Specificity.GatedMass(0.101).layer(hand()))
                .isCloseTo(0.6 / 0.9, within(1e-12));
        assertThat(new Specificity.GatedMass(0.2).layer(hand())).isZero();
    }

    /// Differences of frequency: 0, 0.15 and -0.55.
    @Test
    void separationByHand() {
        assertThat(new Specificity.Separation(1).layer(hand())).isCloseTo(0.15, within(1e-12));
        assertThat(new Specificity.Separation(2).layer(hand())).isCloseTo(0.075, within(1e-12));
        assertThat(new Specificity.Separation(50).layer(hand())).isCloseTo(-0.4 / 3, within(1e-12));
    }

    /// By the worse subject: -0.1, 0 and -0.6.
    @Test
    void maxMinByHand() {
        assertThat(new Specificity.MaxMin().latents(hand()))
                .containsExactly(new double[] {-0.1, 0, -0.6}, within(1e-12));
        assertThat(new Specificity.MaxMin().layer(hand())).isZero();
    }

    @Test
    void withoutEntropyItIsTheTotalVariationDistance() {
        Contrast contrast = random(4, 30, 5).contrast(labels(30));
        double[] p = Contrast.shares(contrast.math());
        double[] q = Contrast.shares(contrast.control());
        double distance = 0;
        for (int i = 0; i < p.length; i++) {
            distance += Math.abs(p[i] - q[i]) / 2;
        }
        assertThat(new Specificity.ProfileContrast(0).layer(contrast))
                .isCloseTo(distance, within(1e-12));
        assertThat(distance).isBetween(0.01, 0.99);
    }

    @Test
    void identicalCorporaScoreNothing() {
        LatentStatistics half = random(6, 15, 8);
        List<DocumentLatents> twice = new ArrayList<>(half.documents());
        twice.addAll(half.documents());
        int[] labels = new int[30];
        for (int i = 0; i < 30; i++) {
            labels[i] = i < 15 ? 0 : Labels.CONTROL;
        }
        Contrast contrast =
                new LatentStatistics(twice, half.norms()).contrast(new Labels(labels, 1));
        for (Specificity score :
                List.of(
                        new Specificity.ProfileContrast(0),
                        new Specificity.ProfileContrast(1),
                        new Specificity.GatedMass(0.01),
                        new Specificity.Separation(5),
                        new Specificity.MaxMin())) {
            assertThat(score.layer(contrast)).as(score.letter()).isCloseTo(0, within(1e-12));
        }
    }

    @Test
    void scalingEveryActivationChangesNoScore() {
        LatentStatistics plain = random(9, 30, 8);
        List<DocumentLatents> scaled =
                plain.documents().stream()
                        .map(document -> {
                            float[] sums = document.sums().clone();
                            for (int i = 0; i < sums.length; i++) {
                                sums[i] *= 8;
                            }
                            return new DocumentLatents(
                                    document.tokens(), document.latents(), sums, document.fires());
                        })
                        .toList();
        Contrast one = plain.contrast(labels(30));
        Contrast other = new LatentStatistics(scaled, plain.norms()).contrast(labels(30));
        for (Specificity score :
                List.of(new Specificity.ProfileContrast(1), new Specificity.GatedMass(0.3))) {
            assertThat(score.layer(other)).isCloseTo(score.layer(one), within(1e-12));
        }
    }

    @Test
    void refusesDocumentsOfOneKindOnly() {
        assertThatThrownBy(() -> random(1, 2, 4).contrast(new Labels(new int[] {0, 0}, 1)))
                .hasMessageContaining("0 of control text, allowed are one or more of each");
    }

    /// Two subjects and control text in turn.
    static Labels labels(int documents) {
        int[] labels = new int[documents];
        for (int i = 0; i < documents; i++) {
            labels[i] = i % 3 == 2 ? Labels.CONTROL : i % 3;
        }
        return new Labels(labels, 2);
    }

    /// Documents of ten tokens without any difference between kinds.
    static LatentStatistics random(long seed, int documents, int width) {
        Random random = new Random(seed);
        List<DocumentLatents> all = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            float[] activations = new float[10 * width];
            for (int j = 0; j < activations.length; j++) {
                activations[j] = Math.max(0, (float) random.nextGaussian() - 0.5f);
            }
            all.add(DocumentLatents.of(width, activations));
        }
        double[] norms = new double[width];
        Arrays.fill(norms, 1);
        return new LatentStatistics(all, norms);
    }
}
