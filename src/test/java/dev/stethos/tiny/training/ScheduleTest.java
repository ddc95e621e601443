package dev.stethos.tiny.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Schedule SCHEDULE = new Schedule(100, 8, 2e-3, 0.1, 0.05, 0);

    @Test
    void risesToThePeakAndFallsToTheFloor() {
        assertThat(SCHEDULE.rate(0)).isBetween(0.0, 2e-4);
        assertThat(SCHEDULE.rate(10)).isBetween(1.99e-3, 2e-3);
        assertThat(SCHEDULE.rate(99)).isBetween(1e-4, 1.02e-4);
        for (int step = 11; step < 100; step++) {
            assertThat(SCHEDULE.rate(step)).isLessThan(SCHEDULE.rate(step - 1));
        }
    }

    @Test
    void refusesWhatCannotBeTrained() {
        assertThatThrownBy(() -> new Schedule(0, 8, 1e-3, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 steps");
        assertThatThrownBy(() -> new Schedule(5, 8, Double.NaN, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
