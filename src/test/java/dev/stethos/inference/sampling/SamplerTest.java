package dev.stethos.inference.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float NEVER = Float.NEGATIVE_INFINITY;

    @Test
    void greedyTakesTheLargestAndTheLowerIdOfEquals() {
        assertThat(draw(Params.greedy(), 0f, 2f, -1f, 2f)).isEqualTo(1);
        assertThat(draw(Params.greedy(), -7f, -5f)).isEqualTo(1);
    }

    @Test
    void topKOfOneAndATinyTopPAreGreedy() {
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            float[] logits = logits(random, 1 + random.nextInt(200), 6);
            int greedy = draw(Params.greedy(), logits);
            assertThat(draw(Params.seeded(round).topK(1), logits)).isEqualTo(greedy);
            assertThat(draw(Params.seeded(round).topP(1e-9), logits)).isEqualTo(greedy);
            assertThat(draw(Params.seeded(round).minP(1).topK(1), logits)).isEqualTo(greedy);
            assertThat(draw(Params.seeded(round).temperature(1e-300).topK(1), logits))
                    .isEqualTo(greedy);
        }
    }

    @Test
    void drawsFromExactlyTheTokensThatTheFiltersLeave() {
        Random random = new Random(3);
        for (int round = 0; round < 150; round++) {
            float[] logits = logits(random, 1 + random.nextInt(12), 1.5);
            Params params = filters(random, round);
            double[] expected = distribution(logits, params);
            int[] counts = counts(params, logits, 6_000);
            for (int id = 0; id < logits.length; id++) {
                assertThat(counts[id] > 0)
                        .as("token %d of %s under %s", id, Arrays.toString(logits), params)
                        .isEqualTo(expected[id] > 0);
                assertThat(counts[id] / 6_000.0).isCloseTo(expected[id], within(0.04));
            }
        }
    }

    @Test
    void largeVocabulariesFilterLikeSmallOnes() {
        Random random = new Random(4);
        for (int round = 0; round < 60; round++) {
            float[] logits = logits(random, 3_000, 8);
            Params params = filters(random, round).temperature(0.5 + random.nextDouble() * 3);
            double[] expected = distribution(logits, params);
            SamplingState state = state(params);
            Sampler sampler = new Sampler(logits.length, logits.length);
            for (int i = 0; i < 50; i++) {
                assertThat(expected[sampler.next(logits, 0, state)]).isPositive();
            }
        }
    }

    @Test
    void topPKeepsNoMoreThanReachItsMassAndTheLowerIdsOfEquals() {
        assertThat(counts(Params.seeded(1).topP(0.5), new float[4], 400))
                .satisfies(counts -> assertThat(counts[0]).isPositive())
                .satisfies(counts -> assertThat(counts[1]).isPositive())
                .endsWith(0, 0);
    }

    @Test
    void minPOfOneKeepsAllThatEqualTheMostLikely() {
        int[] counts = counts(Params.seeded(2).minP(1), new float[] {-1f, 3f, 2.9f, 3f}, 400);
        assertThat(counts[1]).isPositive();
        assertThat(counts[1] + counts[3]).isEqualTo(400);
    }

    @Test
    void temperatureFlattensAndSharpens() {
        float[] logits = {0f, 1f, 2f};
        for (double temperature : new double[] {0.25, 1, 4, 100}) {
            Params params = Params.seeded(5).temperature(temperature);
            double[] expected = distribution(logits, params);
            int[] counts = counts(params, logits, 40_000);
            for (int id = 0; id < 3; id++) {
                assertThat(counts[id] / 40_000.0).isCloseTo(expected[id], within(0.015));
            }
        }
    }

    @Test
    void neverDrawsWhatIsNotFinite() {
        float[] logits = {Float.NaN, 1f, Float.POSITIVE_INFINITY, NEVER, 1f, Float.NaN};
        for (Params params :
                List.of(
                        Params.greedy(),
                        Params.seeded(1),
                        Params.seeded(1).topP(0.99),
                        Params.seeded(1).topK(5),
                        Params.seeded(1).minP(0.1))) {
            int[] counts = counts(params, logits, 500);
            assertThat(counts[1] + counts[4]).isEqualTo(500);
        }
    }

    @Test
    void refusesARowWithoutAnyFiniteLogit() {
        for (Params params : List.of(Params.greedy(), Params.seeded(1), Params.seeded(1).topK(2))) {
            assertThatThrownBy(() -> draw(params, Float.NaN, NEVER, Float.NaN))
                    .isInstanceOf(UnusableLogitsException.class);
        }
    }

    @Test
    void neverDrawsBannedTokens() {
        Params params = Params.seeded(6).bias(Map.of(1, -100.0));
        assertThat(counts(params, new float[] {0f, 90f, 0f}, 300)[1]).isZero();
        assertThat(draw(Params.greedy().bias(Map.of(1, -100.0)), 0f, 300f, -5f)).isZero();
    }

    @Test
    void drawsFirstTokenOutsideTheBannedOnesAndThenAny() {
        SamplingState state = new SamplingState(SamplingParams.GREEDY, new int[] {0}, Set.of(2));
        Sampler sampler = new Sampler(3, 3);
        float[] logits = {0f, 1f, 2f};
        assertThat(sampler.next(logits, 0, state)).isEqualTo(1);
        assertThat(sampler.next(logits, 0, state)).isEqualTo(2);
    }

    @Test
    void neverDrawsIdsWithoutAToken() {
        SamplingState state = state(Params.seeded(7).temperature(100));
        Sampler sampler = new Sampler(4, 2);
        for (int i = 0; i < 200; i++) {
            assertThat(sampler.next(new float[] {0f, 0f, 50f, 50f}, 0, state)).isLessThan(2);
        }
    }

    @Test
    void readsTheRowAtItsOffsetAndLeavesItUnchanged() {
        float[] rows = {9f, 0f, 0f, 1f, 5f, 2f};
        SamplingState biased = state(Params.greedy().bias(Map.of(0, 5.0)));
        assertThat(new Sampler(3, 3).next(rows, 3, biased)).isZero();
        assertThat(new Sampler(3, 3).next(rows, 3, state(Params.greedy()))).isEqualTo(1);
        assertThat(new Sampler(3, 3).next(rows, 3, state(Params.seeded(1).topK(1)))).isEqualTo(1);
        assertThat(new Sampler(3, 3).next(rows, 3, state(Params.seeded(1).minP(1)))).isEqualTo(1);
        assertThat(rows).containsExactly(9f, 0f, 0f, 1f, 5f, 2f);
    }

    @Test
    void theSameSeedDrawsTheSameTokens() {
        float[] logits = logits(new Random(8), 50, 2);
        assertThat(sequence(Params.seeded(42), logits))
                .isEqualTo(sequence(Params.seeded(42), logits));
        assertThat(sequence(Params.seeded(42), logits))
                .isNotEqualTo(sequence(Params.seeded(43), logits));
        Params unseeded = new Params(1, 0, 1, 0, 1, 0, 0, Map.of(), null);
        assertThat(sequence(unseeded, logits)).isNotEqualTo(sequence(unseeded, logits));
    }

    @Test
    void choicesDrawFromSeedsThatFollowEachOther() {
        assertThat(Params.seeded(42).build().forChoice(3)).isEqualTo(Params.seeded(45).build());
        assertThat(SamplingParams.GREEDY.forChoice(3)).isEqualTo(SamplingParams.GREEDY);
    }

    private static Params filters(Random random, int round) {
        return Params.seeded(round)
                .topK(random.nextBoolean() ? 0 : 1 + random.nextInt(12))
                .topP(random.nextBoolean() ? 1 : 0.05 + 0.9 * random.nextDouble())
                .minP(random.nextBoolean() ? 0 : random.nextDouble());
    }

    /// Few levels, so that equal logits are common.
    private static float[] logits(Random random, int count, double reach) {
        float[] logits = new float[count];
        for (int i = 0; i < count; i++) {
            logits[i] = (float) (reach * (random.nextInt(97) - 48) / 48);
        }
        return logits;
    }

    /// The distribution after the filters, by sorting everything.
    private static double[] distribution(float[] logits, Params params) {
        double[] weights = new double[logits.length];
        double max =
                IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - max) / params.temperature());
            weights[i] = weights[i] < params.minP() ? 0 : weights[i];
        }
        List<Integer> order =
                new ArrayList<>(
                        IntStream.range(0, logits.length)
                                .boxed()
                                .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
                                .toList());
        int kept = params.topK() == 0 ? order.size() : Math.min(params.topK(), order.size());
        order.subList(kept, order.size()).forEach(i -> weights[i] = 0);
        double mass = params.topP() * Arrays.stream(weights).sum();
        double sum = 0;
        for (int i : order) {
            double weight = weights[i];
            weights[i] = sum < mass ? weight : 0;
            sum += weight;
        }
        double total = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / total).toArray();
    }

    private static int[] counts(Params params, float[] logits, int draws) {
        int[] counts = new int[logits.length];
        SamplingState state = state(params);
        Sampler sampler = new Sampler(logits.length, logits.length);
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(logits, 0, state)]++;
        }
        return counts;
    }

    private static List<Integer> sequence(Params params, float[] logits) {
        SamplingState state = state(params);
        Sampler sampler = new Sampler(logits.length, logits.length);
        return IntStream.range(0, 60).mapToObj(i -> sampler.next(logits, 0, state)).toList();
    }

    private static int draw(Params params, float... logits) {
        return new Sampler(logits.length, logits.length).next(logits, 0, state(params));
    }

    private static SamplingState state(Params params) {
        return new SamplingState(params.build(), new int[] {0}, Set.of());
    }
}
