package dev.stethos.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.lab.diagnosis.ChangeSpecificity.Listening;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChangeSpecificityTest {
    private static final Labels LABELS = new Labels(new int[] {0, Labels.CONTROL}, 1);
    private static final double[] NORMS = {1, 2};

    /// p = (3/4, 1/4), q = (1/4, 3/4): the first latent's specificity is 1/2, the second's 0.
    private static LatentStatistics unedited() {
        return statistics(new float[] {3, 1}, new float[] {1, 3});
    }

    private static LatentStatistics statistics(float[] math, float[] control) {
        return new LatentStatistics(
                List.of(DocumentLatents.of(2, math), DocumentLatents.of(2, control)), NORMS);
    }

    @Test
    void byHand() {
        Listening one =
                new Listening(unedited(), statistics(new float[] {4, 8}, new float[] {1, 1}));
        // 1/2 * 1 * 4 on math text, 1 * 1 + 2 * 1 on control text.
        assertThat(ChangeSpecificity.score(List.of(one), LABELS)).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void isTheMeanOverTheLayersThatListen() {
        Listening one =
                new Listening(unedited(), statistics(new float[] {4, 8}, new float[] {1, 1}));
        Listening silent =
                new Listening(unedited(), statistics(new float[] {0, 8}, new float[] {1, 1}));
        assertThat(ChangeSpecificity.score(List.of(one, silent), LABELS))
                .isCloseTo(1.0 / 3, within(1e-12));
    }

    @Test
    void sizeOfTheEditDoesNotCount() {
        Listening small =
                new Listening(unedited(), statistics(new float[] {1, 2}, new float[] {1, 0.5f}));
        Listening large =
                new Listening(unedited(), statistics(new float[] {8, 16}, new float[] {8, 4}));
        assertThat(ChangeSpecificity.score(List.of(large), LABELS))
                .isCloseTo(ChangeSpecificity.score(List.of(small), LABELS), within(1e-12));
    }

    @Test
    void anEditThatLatentsDoNotHearScoresNothing() {
        Listening silent = new Listening(unedited(), statistics(new float[2], new float[2]));
        assertThat(ChangeSpecificity.score(List.of(silent), LABELS)).isZero();
    }
}
