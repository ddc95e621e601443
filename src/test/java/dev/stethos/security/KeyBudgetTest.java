package dev.stethos.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyBudgetTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0ms",
        "PT0.0000001S, 1ms",
        "PT0.999S, 999ms",
        "PT1S, 1s",
        "PT1.001S, 2s",
        "PT60S, 1m0s",
        "PT89.5S, 1m30s"
    })
    void spellsTimesAsOpenAiDoes(Duration time, String spelled) {
        assertThat(KeyBudget.spelled(time)).isEqualTo(spelled);
    }
}
