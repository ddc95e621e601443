package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.torch.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class KvCacheTest {
    static final List<RandomCheckpoint> SHAPES = Gemma3ModelTest.SHAPES.subList(0, 4);

    private static final int LENGTH = 90;
    private static final int CHUNK = 7;

    @TempDir private Path folder;

    /// Sequences grow beside one another, from a few tokens to far beyond the window, while the
    /// cache is made larger, smaller in slots, and larger again.
    @ParameterizedTest
    @FieldSource("SHAPES")
    void whatACacheHoldsOutlivesItsGrowth(RandomCheckpoint checkpoint) {
        try (Gemma3Model model = load(checkpoint);
                KvCache cache = model.newCache(4, LENGTH, model.cacheBytes(2, LENGTH))) {
            int[] first = tokens(LENGTH, 1);
            int[] second = tokens(LENGTH, 2);
            double[][] firstLogits = checkpoint.oracle().logits(first);
            double[][] secondLogits = checkpoint.oracle().logits(second);
            cache.reserve(3, 5, 10);
            append(model, cache, 2, second, 0, 3);
            for (int start = 0; start < LENGTH; start += CHUNK) {
                int end = Math.min(LENGTH, start + CHUNK);
                cache.reserve(2, end, LENGTH);
                assertThat(cache.bytes()).isLessThanOrEqualTo(model.cacheBytes(2, LENGTH));
                assertLogits(append(model, cache, 0, first, start, end), firstLogits[end - 1]);
                assertLogits(append(model, cache, 1, second, start, end), secondLogits[end - 1]);
            }
            assertThat(cache.slots()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void aRestoredBeginningGoesOnBitForBit(RandomCheckpoint checkpoint) {
        try (Gemma3Model model = load(checkpoint);
                KvCache cache = model.newCache(2, LENGTH)) {
            int[] tokens = tokens(LENGTH, 3);
            for (int beginning : new int[] {1, 3, 6, 7, 12, 64, 80}) {
                List<Tensor> saved = new ArrayList<>();
                for (int start = 0; start < beginning; start += 3) {
                    int end = Math.min(beginning, start + 3);
                    append(model, cache, 0, tokens, start, end);
                    saved.add(cache.save(0, start, end - start));
                }
                append(model, cache, 1, tokens(LENGTH, 4), 0, LENGTH);
                cache.restore(1, saved);
                long bytes = saved.stream().mapToLong(Tensor::bytes).sum();
                assertThat(bytes).isEqualTo(model.savedBytes(beginning));
                saved.forEach(Tensor::close);
                for (int at = beginning; at < Math.min(LENGTH, beginning + 20); at += 4) {
                    int end = Math.min(LENGTH, at + 4);
                    assertThat(append(model, cache, 1, tokens, at, end))
                            .isEqualTo(append(model, cache, 0, tokens, at, end));
                }
            }
        }
    }

    @Test
    void refusesWhatItHasNoRoomFor() {
        try (Gemma3Model model = load(SHAPES.getFirst());
                KvCache cache = model.newCache(2, 20, model.cacheBytes(2, 10))) {
            Row row = new Row(model.base(), 0, 0, new int[] {1}, 1);
            assertThatThrownBy(() -> model.step(cache, List.of(row)).close())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> cache.reserve(2, 1, 11)).hasMessageContaining("2 sequences");
            cache.reserve(2, 10, 10);
            assertThatThrownBy(() -> cache.save(2, 0, 1)).hasMessageContaining("allowed 0 to 1");
            assertThatThrownBy(() -> cache.save(0, 8, 3)).hasMessageContaining("11 tokens");
            try (Tensor saved = cache.save(0, 0, 6)) {
                assertThatThrownBy(() -> cache.restore(0, List.of(saved, saved)))
                        .hasMessageContaining("12 tokens");
            }
        }
    }

    private Gemma3Model load(RandomCheckpoint checkpoint) {
        return Gemma3Model.load(
                checkpoint.write(folder), folder.resolve("cache"), ComputeType.AUTO);
    }

    private static float[] append(
            Gemma3Model model, KvCache cache, int slot, int[] tokens, int start, int end) {
        Row row = new Row(model.base(), slot, start, Arrays.copyOfRange(tokens, start, end), 1);
        try (Tensor logits = model.step(cache, List.of(row))) {
            return logits.toFloats();
        }
    }

    private static void assertLogits(float[] given, double[] expected) {
        for (int v = 0; v < given.length; v++) {
            assertThat((double) given[v]).isCloseTo(expected[v], within(1e-4));
        }
    }

    private static int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 0, 400).toArray();
    }
}
