package dev.stethos.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.lab.experiment.Calibration.Tried;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CalibrationTest {
    private static Tried best(Tried... tried) {
        return new Calibration("number_theory", List.of(tried)).best();
    }

    @Test
    void takesTheMostAccuratePair() {
        Tried more = new Tried("A", List.of(1, 2, 3), 2, 0.5);
        assertThat(best(new Tried("A", List.of(1), 1, 0.4), more)).isEqualTo(more);
    }

    @Test
    void tiesGoToFewerLayersThenToScaleOne() {
        Tried few = new Tried("A", List.of(3), 1, 0.5);
        assertThat(
                        best(
                                new Tried("A", List.of(1, 2), 1, 0.5),
                                new Tried("A", List.of(3), 2, 0.5),
                                new Tried("A", List.of(3), 0.5, 0.5),
                                few))
                .isEqualTo(few);
    }

    @Test
    void tiesBetweenRankingsGoToTheFirst() {
        Tried first = new Tried("C", List.of(3), 1, 0.5);
        assertThat(best(first, new Tried("A", List.of(4), 1, 0.5))).isEqualTo(first);
    }
}
