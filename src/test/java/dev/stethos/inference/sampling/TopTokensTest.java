package dev.stethos.inference.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopTokensTest {
    private final TopTokens top = new TopTokens();

    @Test
    void equalsTheFullSort() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            int count = 1 + random.nextInt(700);
            int offset = random.nextInt(3);
            int levels = 1 + random.nextInt(1000);
            float[] values = new float[offset + count];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(levels) - levels / 2f;
            }
            int k = 1 + random.nextInt(count + 5);
            assertThat(selected(values, offset, count, k))
                    .isEqualTo(sorted(values, offset, count).subList(0, Math.min(k, count)));
        }
    }

    @Test
    void equalValuesRankByLowerId() {
        assertThat(selected(new float[] {0f, 1f, -0f, 1f, 0f}, 0, 5, 4))
                .containsExactly(1, 3, 0, 2);
    }

    @Test
    void passesOverValuesThatAreNotFinite() {
        float[] values = {
            Float.NaN, 1f, Float.POSITIVE_INFINITY, -3f, Float.NEGATIVE_INFINITY, Float.MAX_VALUE
        };
        assertThat(selected(values, 0, 6, 6)).containsExactly(5, 1, 3);
        assertThat(selected(new float[] {Float.NaN}, 0, 1, 1)).isEmpty();
    }

    @Test
    void keepsValues() {
        top.select(new float[] {-2.5f, 3.25f, 0f, -1e-30f}, 0, 4, 4);
        assertThat(IntStream.range(0, 4).mapToObj(top::value))
                .containsExactly(3.25f, 0f, -1e-30f, -2.5f);
    }

    @Test
    void findsTheLargestInAscendingOrder() {
        float[] values = new float[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        assertThat(selected(values, 0, values.length, 3)).containsExactly(9999, 9998, 9997);
    }

    private List<Integer> selected(float[] values, int offset, int count, int k) {
        top.select(values, offset, count, k);
        return IntStream.range(0, top.size()).mapToObj(top::id).toList();
    }

    private static List<Integer> sorted(float[] values, int offset, int count) {
        return IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer id) -> -values[offset + id]))
                .toList();
    }
}
