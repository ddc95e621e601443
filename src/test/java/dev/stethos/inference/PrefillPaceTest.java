package dev.stethos.inference;

import static dev.stethos.inference.PrefillPace.LEAST_NANOS;
import static dev.stethos.inference.PrefillPace.LEAST_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefillPaceTest {
    private static final int CHUNK = 512;

    private final PrefillPace pace = new PrefillPace(CHUNK);

    @Test
    void aFastDeviceSoonComputesWholeChunks() {
        settle(1_000, 10_000);
        assertThat(pace.tokens()).isEqualTo(CHUNK);
    }

    @Test
    void aSlowOneIsAskedForTheLeast() {
        settle(1_000, LEAST_NANOS);
        assertThat(pace.tokens()).isEqualTo(LEAST_TOKENS);
    }

    /// Whatever the device's speed, a settled step keeps the bound or has the least tokens, and
    /// another doubling would come near the bound or over it.
    @Test
    void settlesNearTheBound() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            PrefillPace each = new PrefillPace(CHUNK);
            long without = (long) (random.nextDouble() * 3e9) + 1;
            long perToken = (long) (random.nextDouble() * 1e8) + 1;
            settle(each, without, perToken);
            long most = Math.max(LEAST_NANOS, 3 * without);
            long took = without + each.tokens() * perToken;
            assertThat(took <= most || each.tokens() == LEAST_TOKENS)
                    .as("%d tokens, %d + %d each", each.tokens(), without, perToken)
                    .isTrue();
            assertThat(each.tokens() == CHUNK || took >= most / 2)
                    .as("%d tokens, %d + %d each", each.tokens(), without, perToken)
                    .isTrue();
        }
    }

    @Test
    void aShortPromptSaysNothingAboutLongOnes() {
        for (int i = 0; i < 20; i++) {
            pace.took(LEAST_TOKENS / 2, 1);
        }
        assertThat(pace.tokens()).isEqualTo(LEAST_TOKENS);
    }

    @Test
    void neverAsksForMoreThanASmallChunk() {
        PrefillPace small = new PrefillPace(8);
        settle(small, 1, 1);
        assertThat(small.tokens()).isEqualTo(8);
        settle(small, 1, LEAST_NANOS);
        assertThat(small.tokens()).isEqualTo(8);
    }

    private void settle(long without, long perToken) {
        settle(pace, without, perToken);
    }

    private static void settle(PrefillPace pace, long without, long perToken) {
        for (int i = 0; i < 20; i++) {
            pace.took(0, without);
            pace.took(pace.tokens(), without + pace.tokens() * perToken);
        }
    }
}
