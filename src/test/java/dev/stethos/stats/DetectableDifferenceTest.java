package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectableDifferenceTest {

    /// Connor's sample size solved for the difference by SciPy 1.17.1, `brentq`.
    @ParameterizedTest
    @CsvSource({
        "540, 0.25, 0.060149006743623716",
        "300, 0.1, 0.05094896979822094",
        "5000, 0.2, 0.01771460316252613",
    })
    void solvesConnorsSampleSize(int n, double discordant, double difference) {
        assertThat(DetectableDifference.of(n, discordant, 0.05, 0.8))
                .isCloseTo(difference, within(1e-12));
    }

    @Test
    void shrinksWithMorePairsAndFewerDiscordantOnes() {
        double reference = DetectableDifference.of(500, 0.2, 0.05, 0.8);
        assertThat(DetectableDifference.of(2000, 0.2, 0.05, 0.8)).isLessThan(reference);
        assertThat(DetectableDifference.of(500, 0.1, 0.05, 0.8)).isLessThan(reference);
        assertThat(DetectableDifference.of(500, 0.2, 0.01, 0.8)).isGreaterThan(reference);
        assertThat(DetectableDifference.of(500, 0.2, 0.05, 0.9)).isGreaterThan(reference);
    }

    @Test
    void findsNothingInAHandfulOfPairs() {
        assertThat(DetectableDifference.of(3, 0, 0.05, 0.8)).isEqualTo(1);
    }

    @Test
    void refusesWhatIsNotAShare() {
        assertThatThrownBy(() -> DetectableDifference.of(10, 1.5, 0.05, 0.8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("discordant 1.5");
    }
}
