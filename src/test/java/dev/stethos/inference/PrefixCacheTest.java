package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The fake decoder's kept tokens take one byte each.
class PrefixCacheTest {
    private static final int BLOCK = 4;
    private static final int LIMIT = 40;
    private static final Revision BASE = Requests.BASE;
    private static final Revision OTHER = Revision.base("other", Map.of());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeDecoder decoder = FakeDecoder.free(2);
    private final PrefixCache cache =
            new PrefixCache(decoder, BLOCK, LIMIT, new CacheMetrics(meters));

    @AfterEach
    void everythingIsFreed() {
        cache.close();
        assertThat(decoder.keptTokens).hasValue(0);
    }

    @Test
    void givesTheLongestKeptBeginningInWholeBlocks() {
        int[] prompt = tokens(15, 1);
        keep(BASE, prompt);
        assertThat(restored(BASE, prompt)).isEqualTo(12);
        assertThat(restored(BASE, Arrays.copyOf(prompt, 11))).isEqualTo(8);
        assertThat(restored(BASE, changed(prompt, 9))).isEqualTo(8);
        assertThat(restored(BASE, changed(prompt, 0))).isZero();
        assertThat(count("hits")).isEqualTo(3);
        assertThat(count("misses")).isEqualTo(1);
        assertThat(count("tokens")).isEqualTo(12 + 8 + 8);
    }

    @Test
    void leavesATokenToCompute() {
        int[] prompt = tokens(12, 2);
        keep(BASE, prompt);
        assertThat(restored(BASE, prompt)).isEqualTo(8);
        assertThat(restored(BASE, Arrays.copyOf(prompt, 4))).isZero();
    }

    @Test
    void revisionsShareNothingAndLeaveAlone() {
        int[] prompt = tokens(9, 3);
        keep(BASE, prompt);
        assertThat(restored(OTHER, prompt)).isZero();
        keep(OTHER, prompt);
        cache.forget(BASE.id());
        assertThat(restored(BASE, prompt)).isZero();
        assertThat(restored(OTHER, prompt)).isEqualTo(8);
        assertThat(decoder.keptTokens).hasValue(8);
    }

    @Test
    void theLeastRecentlyUsedLeavesFirstFromItsEnd() {
        int[] old = tokens(21, 4);
        int[] used = tokens(13, 5);
        keep(BASE, old);
        keep(BASE, used);
        restored(BASE, used);
        keep(BASE, tokens(17, 6));
        assertThat(restored(BASE, used)).isEqualTo(12);
        assertThat(restored(BASE, old)).isEqualTo(12);
        assertThat(count("evictions")).isEqualTo(2);
    }

    @Test
    void aPromptLargerThanTheBoundIsKeptInPart() {
        int[] prompt = tokens(90, 7);
        keep(BASE, prompt);
        assertThat(restored(BASE, prompt)).isEqualTo(LIMIT);
        keep(BASE, tokens(90, 8));
        assertThat(decoder.keptTokens).hasValue(LIMIT);
    }

    @Test
    void neverTakesMoreThanTheBoundNorGivesWhatAnotherPromptHas() {
        Random random = new Random(9);
        for (int round = 0; round < 3_000; round++) {
            int[] prompt = random.ints(1 + random.nextInt(30), 0, 2).toArray();
            Revision revision = random.nextBoolean() ? BASE : OTHER;
            int length = restored(revision, prompt);
            assertThat(length).isLessThan(prompt.length);
            keep(revision, prompt);
            assertThat(decoder.keptTokens.get())
                    .isEqualTo(cache.bytes())
                    .isLessThanOrEqualTo(LIMIT);
            assertThat(meters.get("stethos.prefix.bytes").gauge().value())
                    .isEqualTo((double) cache.bytes());
        }
        assertThat(count("hits")).isGreaterThan(100);
    }

    /// Computes the prompt in slot 0, by pieces, as the engine does.
    private void keep(Revision revision, int[] prompt) {
        for (int start = 0; start < prompt.length; start += 2 * BLOCK) {
            int end = Math.min(prompt.length, start + 2 * BLOCK);
            int[] piece = Arrays.copyOfRange(prompt, start, end);
            decoder.step(List.of(new Row(revision, 0, start, piece, 0)));
            cache.keep(revision, prompt, 0, start, end);
        }
    }

    /// How much of the prompt is put into slot 1, which must then hold just that.
    private int restored(Revision revision, int[] prompt) {
        int length = cache.restore(revision, prompt, 1);
        if (length > 0) {
            assertThat(decoder.content(1))
                    .isEqualTo(Arrays.stream(prompt, 0, length).boxed().toList());
        }
        return length;
    }

    private double count(String name) {
        return meters.get("stethos.prefix." + name).counter().count();
    }

    private static int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 0, FakeDecoder.VOCABULARY).toArray();
    }

    private static int[] changed(int[] tokens, int at) {
        int[] other = tokens.clone();
        other[at] = (other[at] + 1) % FakeDecoder.VOCABULARY;
        return other;
    }
}
