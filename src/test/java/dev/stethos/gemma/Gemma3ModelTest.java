package dev.stethos.gemma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class Gemma3ModelTest {
    /// GQA 1, 2 and 4; one and several global layers, only global ones, none; windows far smaller
    /// than the sequence and larger than it; all prefixes; tied and untied heads; one file and
    /// shards.
    static final List<RandomCheckpoint> SHAPES =
            List.of(
                    checkpoint("model.", 1, config(3, 2, 2, 4, 1, true, 2)),
                    checkpoint("language_model.model.", 2, config(4, 4, 2, 6, 8, true, 1, 3)),
                    checkpoint("model.language_model.", 3, config(3, 4, 1, 3, 8, false, 1)),
                    checkpoint("model.", 1, config(2, 4, 4, 64, 2, true, 0, 1)),
                    checkpoint("model.", 1, config(2, 4, 2, 1, 1, true)),
                    checkpoint("model.", 2, config(3, 2, 1, 100, 4, false, 0)));

    static final int MAX_LENGTH = 40;
    private static final double TOLERANCE = 1e-4;

    private static final Map<RandomCheckpoint, Gemma3Model> MODELS = new HashMap<>();

    @TempDir private static Path folder;

    @AfterAll
    static void closeModels() {
        MODELS.values().forEach(Gemma3Model::close);
        MODELS.clear();
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void prefillAgreesWithTheOracle(RandomCheckpoint checkpoint) {
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(2, MAX_LENGTH)) {
            int[] tokens = tokens(23, 1);
            Row row = new Row(model.base(), 1, 0, tokens, tokens.length);
            assertLogits(step(model, cache, row), checkpoint.oracle().logits(tokens), 0);
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void decodingAfterPrefillAgreesWithTheOracle(RandomCheckpoint checkpoint) {
        int[] tokens = tokens(30, 2);
        double[][] expected = checkpoint.oracle().logits(tokens);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(1, MAX_LENGTH)) {
            Sequence sequence = new Sequence(model, cache, 0, tokens);
            assertLogits(sequence.append(13), expected, 0);
            for (int i = 13; i < tokens.length; i++) {
                assertLogits(sequence.append(1), expected, i);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void chunkedPrefillAgreesWithTheOracle(RandomCheckpoint checkpoint) {
        int[] tokens = tokens(37, 3);
        double[][] expected = checkpoint.oracle().logits(tokens);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(3, MAX_LENGTH)) {
            for (int chunk : new int[] {1, 2, 3, 4, 5, 6, 7, 12, 13, 36, 37}) {
                Sequence sequence = new Sequence(model, cache, chunk % 3, tokens);
                while (sequence.length < tokens.length) {
                    int first = sequence.length;
                    int count = Math.min(chunk, tokens.length - first);
                    assertLogits(sequence.append(count), expected, first);
                }
            }
        }
    }

    /// Sequences of two edits and of the base, in random slots, join, prefill by chunks of any size
    /// and decode in the same steps; whatever shares a step with a sequence makes no difference to
    /// it.
    @ParameterizedTest
    @FieldSource("SHAPES")
    void mixedStepsAgreeWithTheOracle(RandomCheckpoint checkpoint) {
        Random random = new Random(4);
        WeightLayout layout = new WeightLayout(checkpoint.config());
        List<String> few = layout.names().stream().filter(name -> name.contains("s.1.")).toList();
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(9, MAX_LENGTH);
                Edit one = Edit.of(checkpoint, model.base(), few, random);
                Edit all = Edit.of(checkpoint, model.base(), layout.names(), random)) {
            List<Revision> revisions = List.of(model.base(), one.revision(), all.revision());
            List<PlainDecoder> oracles =
                    List.of(
                            checkpoint.oracle(),
                            checkpoint.oracle(one.values()),
                            checkpoint.oracle(all.values()));
            for (int round = 0; round < 3; round++) {
                List<Sequence> sequences = new ArrayList<>();
                List<double[][]> expected = new ArrayList<>();
                for (int slot = 0; slot < cache.slots(); slot++) {
                    int[] tokens = tokens(20 + random.nextInt(20), random.nextLong());
                    int edit = random.nextInt(3);
                    sequences.add(new Sequence(model, cache, slot, tokens, revisions.get(edit)));
                    expected.add(oracles.get(edit).logits(tokens));
                }
                runMixed(model, cache, sequences, expected, random);
            }
        }
    }

    private static void runMixed(
            Gemma3Model model,
            KvCache cache,
            List<Sequence> sequences,
            List<double[][]> expected,
            Random random) {
        while (sequences.stream().anyMatch(s -> s.left() > 0)) {
            List<Integer> ready = new ArrayList<>();
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < sequences.size(); i++) {
                if (sequences.get(i).left() > 0 && random.nextInt(4) > 0) {
                    ready.add(i);
                }
            }
            Collections.shuffle(ready, random);
            for (int i : ready) {
                boolean decode = sequences.get(i).length > 0 && random.nextInt(3) > 0;
                int count = decode ? 1 : 1 + random.nextInt(Math.min(9, sequences.get(i).left()));
                rows.add(sequences.get(i).next(count, random.nextInt(count + 1)));
            }
            if (rows.isEmpty()) {
                continue;
            }
            float[][] logits = step(model, cache, rows.toArray(Row[]::new));
            int at = 0;
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                int first = row.start() + row.tokens().length - row.logits();
                float[][] mine = Arrays.copyOfRange(logits, at, at + row.logits());
                assertLogits(mine, expected.get(ready.get(i)), first);
                at += row.logits();
            }
            assertThat(logits).hasDimensions(at, model.config().vocabSize());
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void aMovedSequenceGoesOnWhereItWas(RandomCheckpoint checkpoint) {
        int[] tokens = tokens(30, 5);
        double[][] expected = checkpoint.oracle().logits(tokens);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(4, MAX_LENGTH)) {
            for (int length : new int[] {1, 3, 7, 20}) {
                new Sequence(model, cache, 3, tokens).append(length);
                new Sequence(model, cache, 1, tokens(30, 6)).append(29);
                cache.move(3, 1, length);
                Sequence moved = new Sequence(model, cache, 1, tokens);
                moved.length = length;
                assertLogits(moved.append(30 - length), expected, length);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void aBatchEqualsItsRowsAloneAndRepeatsBitForBit(RandomCheckpoint checkpoint) {
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(4, MAX_LENGTH)) {
            List<float[][]> alone = new ArrayList<>();
            Row[] rows = new Row[4];
            for (int slot = 0; slot < 4; slot++) {
                int[] tokens = tokens(12 + slot, slot);
                new Sequence(model, cache, slot, tokens).append(11 + slot);
                int last = tokens.length - 1;
                rows[slot] = new Row(model.base(), slot, last, new int[] {tokens[last]}, 1);
                alone.add(step(model, cache, rows[slot]));
            }
            float[][] batch = step(model, cache, rows);
            assertThat(step(model, cache, rows)).isDeepEqualTo(batch);
            for (int slot = 0; slot < 4; slot++) {
                assertThat(step(model, cache, rows[slot])).isDeepEqualTo(alone.get(slot));
                for (int v = 0; v < batch[slot].length; v++) {
                    assertThat(batch[slot][v]).isEqualTo(alone.get(slot)[0][v], within(1e-5f));
                }
            }
        }
    }

    /// What a broken edit leaves in a slot must not reach the sequence that gets the slot next.
    @Test
    void staleValuesThatAreNotFiniteDoNoHarm() {
        RandomCheckpoint checkpoint = SHAPES.get(1);
        int[] tokens = tokens(20, 1);
        double[][] expected = checkpoint.oracle().logits(tokens);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(2, MAX_LENGTH);
                Edit broken = Edit.notFinite(checkpoint, model.base())) {
            float[][] logits =
                    new Sequence(model, cache, 0, tokens(30, 2), broken.revision()).append(30);
            assertThat(Float.isNaN(logits[29][0])).isTrue();
            Sequence brief = new Sequence(model, cache, 0, tokens);
            Sequence longer = new Sequence(model, cache, 1, tokens);
            assertLogits(brief.append(2), expected, 0);
            assertLogits(longer.append(15), expected, 0);
            float[][] both = step(model, cache, brief.next(1, 1), longer.next(1, 1));
            assertLogits(new float[][] {both[0]}, expected, 2);
            assertLogits(new float[][] {both[1]}, expected, 15);
        }
    }

    /// Every operation rounds to 8 bits; over three layers that moves a logit by far less than
    /// this.
    private static final double BF16_ERROR = 0.25;

    @ParameterizedTest
    @FieldSource("SHAPES")
    void inBfloat16GreedyTokensAgreeWhereTheMarginAllowsIt(RandomCheckpoint shape) {
        RandomCheckpoint checkpoint =
                RandomCheckpoint.of(shape.config(), shape.prefix(), shape.shards(), DType.BF16);
        int[] tokens = tokens(37, 8);
        double[][] expected = checkpoint.oracle().logits(tokens);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(1, MAX_LENGTH)) {
            assertThat(model.weightType()).isEqualTo(ScalarType.BF16);
            Sequence sequence = new Sequence(model, cache, 0, tokens);
            float[][] logits = Arrays.copyOf(sequence.append(20), 37);
            for (int i = 20; i < 37; i++) {
                logits[i] = sequence.append(1)[0];
            }
            assertThat(worst(logits, expected, 0)).isLessThan(BF16_ERROR);
            int decided = 0;
            for (int i = 0; i < 37; i++) {
                double[] sorted = expected[i].clone();
                Arrays.sort(sorted);
                if (sorted[399] - sorted[398] > 2 * BF16_ERROR) {
                    decided++;
                    assertThat(expected[i][greedy(logits[i])]).isEqualTo(sorted[399]);
                }
            }
            assertThat(decided).isPositive();
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void storedInBfloat16AndComputedInFloat32AgreesWithTheOracle(RandomCheckpoint shape) {
        RandomCheckpoint checkpoint =
                RandomCheckpoint.of(shape.config(), shape.prefix(), shape.shards(), DType.BF16);
        int[] tokens = tokens(37, 9);
        long before = Tensor.liveCount();
        try (Gemma3Model model = load(checkpoint, ComputeType.F32);
                KvCache cache = model.newCache(1, MAX_LENGTH);
                Revision other = zeroNorm(model.base())) {
            assertThat(model.weightType()).isEqualTo(ScalarType.BF16);
            assertThat(model.computeType()).isEqualTo(ScalarType.F32);
            assertThat(model.base().tensor("model.norm.weight").scalarType())
                    .isEqualTo(ScalarType.BF16);
            assertLogits(
                    new Sequence(model, cache, 0, tokens).append(37),
                    checkpoint.oracle().logits(tokens),
                    0);
            long steady = Tensor.liveCount();
            try (Tensor edited =
                    model.step(cache, List.of(new Row(other, 0, 0, tokens(3, 9), 1)))) {
                assertThat(edited.shape()).containsExactly(1, 400);
            }
            assertThat(Tensor.liveCount()).isEqualTo(steady + 1);
            model.forget(other);
            assertThat(Tensor.liveCount()).isEqualTo(steady);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    private static Revision zeroNorm(Revision base) {
        Tensor zeros =
                TorchRuntime.get().zeros(ScalarType.BF16, base.tensor("model.norm.weight").shape());
        return base.derive("zero final norm", Map.of("model.norm.weight", zeros));
    }

    /// Few, many and very many rows may take different ways through a product.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 9, 140})
    void inBfloat16AnyNumberOfRowsAgrees(int rows) {
        RandomCheckpoint shape = SHAPES.getFirst();
        RandomCheckpoint checkpoint =
                RandomCheckpoint.of(shape.config(), shape.prefix(), shape.shards(), DType.BF16);
        int[] tokens = tokens(rows + 1, 11);
        double[][] expected = checkpoint.oracle().logits(tokens);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(1, rows + 1)) {
            Sequence sequence = new Sequence(model, cache, 0, tokens);
            assertThat(worst(sequence.append(1), expected, 0)).isLessThan(BF16_ERROR);
            assertThat(worst(sequence.append(rows), expected, 1)).isLessThan(BF16_ERROR);
        }
    }

    @ParameterizedTest
    @FieldSource("SHAPES")
    void projectionsThatAreNotFusedGiveTheSameLogits(RandomCheckpoint checkpoint) {
        int[] tokens = tokens(37, 10);
        Path files = checkpoint.write(folder.resolve(UUID.randomUUID().toString()));
        try (Gemma3Model model =
                        Gemma3Model.load(files, folder.resolve("cache"), ComputeType.F32, 0);
                KvCache cache = model.newCache(1, MAX_LENGTH)) {
            Sequence sequence = new Sequence(model, cache, 0, tokens);
            double[][] expected = checkpoint.oracle().logits(tokens);
            assertLogits(sequence.append(20), expected, 0);
            for (int i = 20; i < 37; i++) {
                assertLogits(sequence.append(1), expected, i);
            }
        }
    }

    private static int greedy(float[] logits) {
        int best = 0;
        for (int v = 1; v < logits.length; v++) {
            best = logits[v] > logits[best] ? v : best;
        }
        return best;
    }

    @Test
    void cachesHoldOneWindowForSlidingLayers() {
        RandomCheckpoint checkpoint = SHAPES.get(1);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(2, MAX_LENGTH)) {
            assertThat(cache.slots()).isEqualTo(2);
            assertThat(cache.maxLength()).isEqualTo(MAX_LENGTH);
            int perToken = 2 * 2 * 2 * 8 * Float.BYTES; // slots, keys and values, heads, headDim
            int tables = (2 * 8 * MAX_LENGTH + 2) * Float.BYTES;
            assertThat(cache.bytes()).isEqualTo(perToken * (2 * 6L + 2 * MAX_LENGTH) + tables);
            assertThat(cache.bytes()).isEqualTo(model.cacheBytes(2, MAX_LENGTH));
        }
    }

    @Test
    void stepsWithoutLogitsReturnNone() {
        Gemma3Model model = shared(SHAPES.getFirst());
        try (KvCache cache = model.newCache(1, MAX_LENGTH);
                Tensor none =
                        model.step(cache, List.of(new Row(model.base(), 0, 0, tokens(5, 1), 0)))) {
            assertThat(none.shape()).containsExactly(0, 400);
        }
    }

    @Test
    void everyTensorHasAnOwnerThatClosesIt() {
        long before = Tensor.liveCount();
        try (Gemma3Model model = load(SHAPES.getFirst());
                KvCache cache = model.newCache(2, MAX_LENGTH)) {
            new Sequence(model, cache, 0, tokens(9, 1)).append(9);
            cache.move(0, 1, 9);
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void aForgottenRevisionCanBeClosedWhileOthersRun() {
        RandomCheckpoint checkpoint = SHAPES.getFirst();
        int[] tokens = tokens(9, 1);
        Gemma3Model model = shared(checkpoint);
        try (KvCache cache = model.newCache(2, MAX_LENGTH)) {
            Row base = new Row(model.base(), 0, 0, tokens, 1);
            try (Edit edit =
                    Edit.of(
                            checkpoint,
                            model.base(),
                            List.of("model.norm.weight"),
                            new Random(1))) {
                step(model, cache, base, new Row(edit.revision(), 1, 0, tokens, 1));
                model.forget(edit.revision());
            }
            assertLogits(step(model, cache, base), checkpoint.oracle().logits(tokens), 8);
        }
    }

    @Test
    void refusesRowsThatTheCacheOrTheVocabularyDoesNotHold() {
        Gemma3Model model = shared(SHAPES.getFirst());
        try (KvCache cache = model.newCache(2, 10)) {
            Revision base = model.base();
            assertRefused(model, cache, "slot 2: allowed slots are 0 to 1", row(base, 2, 0, 1));
            assertRefused(model, cache, "slot -1: allowed", row(base, -1, 0, 1));
            assertRefused(model, cache, "each once", row(base, 1, 0, 1), row(base, 1, 1, 1));
            assertRefused(
                    model, cache, "start 9 and 2 tokens, a slot holds 10", row(base, 0, 9, 1, 2));
            assertRefused(model, cache, "start 2147483647", row(base, 0, Integer.MAX_VALUE, 1, 2));
            assertRefused(model, cache, "token 400, allowed 0 to 399", row(base, 0, 0, 1, 400));
            assertRefused(model, cache, "token -1, allowed 0 to 399", row(base, 0, 0, -1));
            assertRefused(model, cache, "one row or more");
            Revision other = Revision.base("other", Map.of());
            assertRefused(model, cache, "revision other has other weights", row(other, 0, 0, 1));
            try (Tensor wrong = TorchRuntime.get().floats(new float[23], 23)) {
                Revision derived = base.derive("bad", Map.of("model.norm.weight", wrong));
                assertRefused(
                        model,
                        cache,
                        "model.norm.weight: F32 [23], the model has F32 [24]",
                        row(derived, 0, 0, 1));
            }
            assertThatThrownBy(() -> row(base, 0, -1, 1)).hasMessageContaining("start -1");
            assertThatThrownBy(() -> row(base, 0, 0)).hasMessageContaining("0 tokens");
            assertThatThrownBy(() -> new Row(base, 0, 0, new int[] {1}, 2))
                    .hasMessageContaining("2 logits");
            assertThatThrownBy(() -> cache.move(0, 2, 1)).hasMessageContaining("allowed 0 to 1");
            assertThatThrownBy(() -> cache.move(0, 1, 11)).hasMessageContaining("allowed 0 to 10");
            assertThatThrownBy(() -> model.newCache(1, 161)).hasMessageContaining("at most 160");
            assertThatThrownBy(() -> model.newCache(0, 10)).hasMessageContaining("0 slots");
        }
    }

    private static Row row(Revision revision, int slot, int start, int... tokens) {
        return new Row(revision, slot, start, tokens, tokens.length);
    }

    private static void assertRefused(
            Gemma3Model model, KvCache cache, String message, Row... rows) {
        assertThatThrownBy(() -> model.step(cache, List.of(rows)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static void assertLogits(float[][] given, double[][] expected, int first) {
        assertThat(worst(given, expected, first)).isLessThan(TOLERANCE);
    }

    /// The largest difference; infinite when a logit is not finite.
    private static double worst(float[][] given, double[][] expected, int first) {
        double worst = 0;
        for (int i = 0; i < given.length; i++) {
            for (int v = 0; v < given[i].length; v++) {
                double difference = Math.abs(given[i][v] - expected[first + i][v]);
                worst = difference <= worst ? worst : difference;
                if (Double.isNaN(difference)) {
                    return Double.POSITIVE_INFINITY;
                }
            }
        }
        return worst;
    }

    private static float[][] step(Gemma3Model model, KvCache cache, Row... rows) {
        try (Tensor logits = model.step(cache, List.of(rows))) {
            float[] flat = logits.toFloats();
            int vocab = model.config().vocabSize();
            assertThat(logits.shape()).containsExactly(flat.length / vocab, vocab);
            return IntStream.range(0, flat.length / vocab)
                    .mapToObj(i -> Arrays.copyOfRange(flat, i * vocab, (i + 1) * vocab))
                    .toArray(float[][]::new);
        }
    }

    private static Gemma3Model shared(RandomCheckpoint checkpoint) {
        return MODELS.computeIfAbsent(checkpoint, Gemma3ModelTest::load);
    }

    /// Computes in the stored type, whatever this CPU can do.
    private static Gemma3Model load(RandomCheckpoint checkpoint) {
        return load(
                checkpoint, checkpoint.dtype() == DType.BF16 ? ComputeType.BF16 : ComputeType.F32);
    }

    private static Gemma3Model load(RandomCheckpoint checkpoint, ComputeType compute) {
        Path model = folder.resolve(UUID.randomUUID().toString());
        return Gemma3Model.load(checkpoint.write(model), folder.resolve("cache"), compute);
    }

    private static int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 0, 400).toArray();
    }

    private static RandomCheckpoint checkpoint(String prefix, int shards, Gemma3Config config) {
        return RandomCheckpoint.of(config, prefix, shards, DType.F32);
    }

    private static Gemma3Config config(
            int layers,
            int heads,
            int kvHeads,
            int window,
            double factor,
            boolean tied,
            int... global) {
        List<Boolean> kinds = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            int number = layer;
            kinds.add(IntStream.of(global).anyMatch(g -> g == number));
        }
        return new Gemma3Config(
                layers, 24, 40, heads, kvHeads, 8, 400, 160, window, kinds, 1e4, 1e2, factor, 12,
                1e-6, tied);
    }

    /// Tokens that go into one slot, some at a time.
    private static final class Sequence {
        private final Gemma3Model model;
        private final KvCache cache;
        private final int slot;
        private final int[] tokens;
        private final Revision revision;
        private int length;

        Sequence(Gemma3Model model, KvCache cache, int slot, int[] tokens) {
            this(model, cache, slot, tokens, model.base());
        }

        Sequence(Gemma3Model model, KvCache cache, int slot, int[] tokens, Revision revision) {
            this.model = model;
            this.cache = cache;
            this.slot = slot;
            this.tokens = tokens;
            this.revision = revision;
        }

        int left() {
            return tokens.length - length;
        }

        Row next(int count, int logits) {
            int start = length;
            length += count;
            return new Row(
                    revision, slot, start, Arrays.copyOfRange(tokens, start, length), logits);
        }

        float[][] append(int count) {
            return step(model, cache, next(count, count));
        }
    }

    /// A revision with some weights replaced by other random ones.
    private record Edit(Revision revision, Map<String, float[]> values) implements AutoCloseable {
        static Edit of(
                RandomCheckpoint checkpoint, Revision base, List<String> names, Random random) {
            Map<String, float[]> values = new HashMap<>();
            Map<String, Tensor> tensors = new HashMap<>();
            Map<String, List<Long>> shapes = new WeightLayout(checkpoint.config()).shapes();
            for (String name : names) {
                List<Long> shape = Objects.requireNonNull(shapes.get(name));
                float[] replaced = RandomCheckpoint.values(name, shape, DType.F32, random);
                values.put(name, replaced);
                long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
                tensors.put(name, TorchRuntime.get().floats(replaced, sizes));
            }
            return new Edit(base.derive("edit " + names.size(), tensors), values);
        }

        static Edit notFinite(RandomCheckpoint checkpoint, Revision base) {
            String name = "model.layers.0.input_layernorm.weight";
            float[] values = new float[checkpoint.config().hiddenSize()];
            Arrays.fill(values, Float.NaN);
            Tensor tensor = TorchRuntime.get().floats(values, values.length);
            return new Edit(base.derive("not finite", Map.of(name, tensor)), Map.of(name, values));
        }

        @Override
        public void close() {
            revision.close();
        }
    }
}
