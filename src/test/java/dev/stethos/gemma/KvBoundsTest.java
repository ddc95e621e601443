package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.KvBounds.KvCost;
import dev.stethos.gemma.KvBounds.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KvBoundsTest {
    private static final KvCost COST = new KvCost(10, 1, 2, 100, 1);

    @Test
    void aShapeHoldsWhatIsNeededAndKeepsToTheBytes() {
        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            long bytes = 10_000L + random.nextInt(2_000_000);
            KvBounds bounds = new KvBounds(16, 4_000, bytes, COST);
            Shape held = new Shape(0, 0);
            for (int i = 0; i < 20; i++) {
                int count = 1 + random.nextInt(16);
                int longest = 1 + random.nextInt(4_000);
                int now = 1 + random.nextInt(longest);
                if (COST.bytes(count, longest) > bytes) {
                    continue;
                }
                held = bounds.grown(held, count, now, longest);
                assertThat(held.slots()).isBetween(count, 16);
                assertThat(held.length()).isBetween(now, 4_000);
                assertThat(COST.bytes(held.slots(), held.length())).isLessThanOrEqualTo(bytes);
            }
        }
    }

    @Test
    void growsInFewStepsWhereThereIsRoom() {
        KvBounds bounds = new KvBounds(16, 4_000, Long.MAX_VALUE, COST);
        Shape held = new Shape(0, 0);
        int changes = 0;
        for (int length = 1; length <= 4_000; length++) {
            Shape next = bounds.grown(held, 3, length, 4_000);
            changes += next.equals(held) ? 0 : 1;
            held = next;
        }
        assertThat(held).isEqualTo(new Shape(4, 4_000));
        assertThat(changes).isLessThan(8);
    }

    @Test
    void takesNoMoreThanTheLongestWhereThereIsNone() {
        long exact = COST.bytes(3, 700);
        KvBounds bounds = new KvBounds(16, 4_000, exact, COST);
        assertThat(bounds.grown(new Shape(8, 128), 3, 129, 700)).isEqualTo(new Shape(3, 700));
        assertThatThrownBy(() -> bounds.grown(new Shape(8, 128), 3, 600, 701))
                .hasMessageContaining("3 sequences of 701 tokens")
                .hasMessageContaining("allowed are " + exact);
        assertThatThrownBy(() -> bounds.grown(new Shape(0, 0), 17, 1, 1))
                .hasMessageContaining("17 sequences");
    }
}
