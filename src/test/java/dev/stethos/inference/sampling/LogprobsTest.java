package dev.stethos.inference.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.inference.sampling.TokenLogprob.Alternative;
import org.junit.jupiter.api.Test;

class LogprobsTest {
    private final Logprobs logprobs = new Logprobs(3);

    @Test
    void isTheNaturalLogOfTheSoftmax() {
        float[] rows = {7f, 7f, 7f, (float) Math.log(1), (float) Math.log(2), (float) Math.log(5)};
        TokenLogprob scored = logprobs.of(rows, 3, 1, 2);
        assertThat(scored.logprob()).isCloseTo(Math.log(2 / 8.0), within(1e-6));
        assertThat(scored.top()).extracting(Alternative::token).containsExactly(2, 1);
        assertThat(scored.top().getFirst().logprob()).isCloseTo(Math.log(5 / 8.0), within(1e-6));
        assertThat(logprobs.of(rows, 0, 2, 0).logprob()).isCloseTo(-Math.log(3), within(1e-9));
    }

    @Test
    void doesNotOverflow() {
        TokenLogprob scored = logprobs.of(new float[] {3e38f, 3e38f, -3e38f}, 0, 0, 1);
        assertThat(scored.logprob()).isCloseTo(-Math.log(2), within(1e-9));
        assertThat(scored.top()).extracting(Alternative::token).containsExactly(0);
    }

    @Test
    void givesNoMoreAlternativesThanThereAre() {
        assertThat(logprobs.of(new float[] {1f, Float.NaN, 2f}, 0, 0, 20).top()).hasSize(2);
    }

    @Test
    void refusesATokenWithoutProbability() {
        assertThatThrownBy(() -> logprobs.of(new float[] {Float.NaN, 1f, 1f}, 0, 0, 0))
                .isInstanceOf(UnusableLogitsException.class)
                .hasMessageContaining("token 0");
    }
}
