package dev.stethos.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PassAtKTest {

    /// Of all choices of k of n samples, the share with a correct one.
    @Test
    void isTheShareOfChoicesThatHoldACorrectSample() {
        for (int n = 1; n <= 10; n++) {
            for (int correct = 0; correct <= n; correct++) {
                for (int k = 1; k <= n; k++) {
                    int choices = 0;
                    int passed = 0;
                    int correctOnes = (1 << correct) - 1;
                    for (int chosen = 0; chosen < 1 << n; chosen++) {
                        if (Integer.bitCount(chosen) == k) {
                            choices++;
                            passed += (chosen & correctOnes) != 0 ? 1 : 0;
                        }
                    }
                    assertThat(PassAtK.of(n, correct, k))
                            .isCloseTo((double) passed / choices, within(1e-12));
                }
            }
        }
    }

    @Test
    void atOneIsTheShareOfCorrectSamples() {
        assertThat(PassAtK.of(200, 37, 1)).isCloseTo(37 / 200.0, within(1e-12));
    }

    @Test
    void refusesMoreChoicesThanSamples() {
        assertThatThrownBy(() -> PassAtK.of(3, 1, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pass@4: 1 correct of 3");
    }
}
