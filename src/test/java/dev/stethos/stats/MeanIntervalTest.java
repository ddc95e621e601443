package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeanIntervalTest {

    /// Student's quantile for two degrees of freedom at 0.975 is 4.302653, as printed in tables.
    @Test
    void matchesStudentsTable() {
        MeanInterval interval = MeanInterval.of(new double[] {1, 2, 3}, 0.95);
        assertThat(interval.mean()).isEqualTo(2);
        double reach = 4.302653 / Math.sqrt(3);
        assertThat(interval.low()).isCloseTo(2 - reach, Offset.offset(1e-5));
        assertThat(interval.high()).isCloseTo(2 + reach, Offset.offset(1e-5));
    }

    @Test
    void refusesASingleValue() {
        assertThatThrownBy(() -> MeanInterval.of(new double[] {1}, 0.95))
                .hasMessageContaining("1 values");
    }
}
