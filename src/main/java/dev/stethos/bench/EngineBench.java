package dev.stethos.bench;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.KvCache;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/// Measures the engine at a model's shapes, each figure beside its floor: the time that the
/// machine's own limits leave. Prompts are random tokens; nothing depends on what they say.
public final class EngineBench {
    private static final int[] PROMPTS = {128, 512, 2048};
    private static final int[] BATCHES = {1, 4, 8, 16};
    private static final int SHORT = 4;
    private static final int FEWEST_TOKENS = 2;
    private static final int LONG = 1024;
    private static final int BESIDE = 8;
    private static final int MOST_TRIES = 9;
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(2);

    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final MachineLimits limits;
    private final ModelCost cost;
    private final int tokens;
    private final Duration patience;
    private final Random random = new Random(1);
    private final List<Measure> measures = new ArrayList<>();

    /// @param tokens decoded for each sequence of a block, fewer where they take longer than
    ///   `patience`
    /// @param patience for each figure: it is tried at least once, then until this time is over
    public EngineBench(
            Gemma3Model model,
            InferenceEngine engine,
            MachineLimits limits,
            int tokens,
            Duration patience) {
        this.model = model;
        this.engine = engine;
        this.limits = limits;
        this.cost = ModelCost.of(model);
        this.tokens = tokens;
        this.patience = patience;
    }

    /// Every figure of one revision, and how a batch of half `edited` sequences compares with one
    /// of the base's alone. The engine must be idle otherwise.
    public List<Measure> run(Revision base, Revision edited, Consumer<String> progress) {
        measures.clear();
        measures.add(Measure.of("read_bandwidth", limits.bytesPerSecond() / 1e9, "GB/s"));
        measures.add(
                Measure.of(
                        "matrix_rate_" + limits.type(),
                        limits.operationsPerSecond() / 1e12,
                        "TFLOP/s"));
        for (int length : PROMPTS) {
            if (length < engine.options().maxLength()) {
                progress.accept("first token after " + length + " prompt tokens");
                firstToken(base, length);
            }
        }
        for (int batch : BATCHES) {
            progress.accept("decode, batch " + batch);
            decode(base, batch);
        }
        if (LONG + tokens <= model.config().maxPositions()) {
            progress.accept("decode with " + LONG + " tokens of context");
            engine.onDeviceThread(() -> decodeFarOn(base));
        }
        progress.accept("gaps between tokens while a prompt is prefilled");
        gaps(base);
        progress.accept("half of the batch edited");
        mixed(base, edited);
        progress.accept("both arms of an evaluation");
        engine.onDeviceThread(() -> bothArms(base, edited));
        return List.copyOf(measures);
    }

    private void firstToken(Revision base, int length) {
        double seconds =
                median(() ->
                        DecodeBlock.run(engine, base, prompts(1, length), FEWEST_TOKENS)
                                        .firstToken()
                                / 1e9);
        measures.add(
                Measure.time(
                        "time_to_first_token_" + length,
                        seconds,
                        "s",
                        cost.prefillSeconds(limits, length)));
    }

    private void decode(Revision base, int batch) {
        int length =
                fitting(
                        DecodeBlock.run(engine, base, prompts(batch, SHORT), FEWEST_TOKENS)
                                .perToken());
        double seconds =
                median(() ->
                        DecodeBlock.run(engine, base, prompts(batch, SHORT), length).perToken()
                                / 1e9);
        addRate("decode_batch_" + batch, batch, seconds, SHORT + length / 2);
    }

    /// The decoder alone, on caches that were never prefilled: their content costs nothing and
    /// changes nothing.
    private void decodeFarOn(Revision base) {
        int most = BATCHES[BATCHES.length - 1];
        try (KvCache cache = model.newCache(most, LONG + tokens)) {
            for (int slot = 0; slot < most; slot++) {
                cache.move((slot + 1) % most, slot, LONG);
            }
            for (int batch : BATCHES) {
                List<Revision> rows = Collections.nCopies(batch, base);
                int count = fitting(steps(cache, rows, LONG, 1));
                double seconds = median(() -> steps(cache, rows, LONG, count) / count / 1e9);
                addRate("decode_batch_" + batch + "_context_" + LONG, batch, seconds, LONG);
            }
        }
    }

    private double steps(KvCache cache, List<Revision> revisions, int context, int count) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            List<Row> rows = new ArrayList<>();
            for (Revision revision : revisions) {
                int slot = rows.size();
                rows.add(new Row(revision, slot, context + i, new int[] {1 + slot}, 1));
            }
            model.step(cache, rows).close();
        }
        return System.nanoTime() - begin;
    }

    private void addRate(String name, int batch, double seconds, int context) {
        double floor = cost.decodeSeconds(limits, batch, cost.cachedBytes(model.config(), context));
        measures.add(Measure.rate(name, batch / seconds, "tokens/s", batch / floor));
    }

    private void gaps(Revision base) {
        int length = Math.min(PROMPTS[PROMPTS.length - 1], engine.options().maxLength() - 2);
        int beside = Math.min(BESIDE, engine.options().maxSequences() - 1);
        TokenGaps gaps =
                TokenGaps.measure(
                        engine,
                        base,
                        prompts(beside, SHORT),
                        () -> DecodeBlock.run(engine, base, prompts(1, length), FEWEST_TOKENS));
        addGap("gap_alone_p50", gaps.alone(), 0.5);
        addGap("gap_alone_p99", gaps.alone(), 0.99);
        addGap("gap_beside_prefill_p50", gaps.beside(), 0.5);
        addGap("gap_beside_prefill_p99", gaps.beside(), 0.99);
    }

    private void addGap(String name, double[] gaps, double share) {
        measures.add(Measure.of(name, TokenGaps.percentile(gaps, share) / 1e6, "ms"));
    }

    private void mixed(Revision base, Revision edited) {
        int batch = Math.min(BATCHES[BATCHES.length - 1], engine.options().maxSequences());
        Revision[] half = new Revision[batch];
        Arrays.fill(half, 0, batch / 2, base);
        Arrays.fill(half, batch / 2, batch, edited);
        List<Revision> revisions = List.of(half);
        int length =
                fitting(
                        DecodeBlock.run(engine, revisions, prompts(batch, SHORT), FEWEST_TOKENS)
                                .perToken());
        PairedTiming<DecodeBlock> timing =
                PairedTiming.measure(
                        pair -> DecodeBlock.run(engine, base, prompts(batch, SHORT), length),
                        pair -> DecodeBlock.run(engine, revisions, prompts(batch, SHORT), length),
                        new PairedTiming.Budget(patience, PairedTiming.Budget.FEWEST_PAIRS),
                        System::nanoTime);
        double ratio = timing.ratio(DecodeBlock::perToken).median();
        measures.add(new Measure("mixed_over_base_batch_" + batch, ratio, "ratio", 1.0, ratio));
    }

    /// Sixteen sequences of either arm in one step, as an evaluation runs them, against sixteen of
    /// one arm. Left out where a single step would take longer than the patience for the figure.
    private void bothArms(Revision base, Revision edited) {
        int each = BATCHES[BATCHES.length - 1];
        List<Revision> one = Collections.nCopies(each, base);
        List<Revision> both = new ArrayList<>(one);
        both.addAll(Collections.nCopies(each, edited));
        try (KvCache cache = model.newCache(both.size(), SHORT + tokens)) {
            for (int slot = 0; slot < both.size(); slot++) {
                cache.move((slot + 1) % both.size(), slot, SHORT);
            }
            double perStep = steps(cache, both, SHORT, 1);
            if (perStep > Math.max(patience.toNanos(), LEAST_PATIENCE.toNanos())) {
                return;
            }
            int count = fitting(perStep);
            PairedTiming<Double> timing =
                    PairedTiming.measure(
                            pair -> steps(cache, one, SHORT, count),
                            pair -> steps(cache, both, SHORT, count),
                            new PairedTiming.Budget(patience, PairedTiming.Budget.FEWEST_PAIRS),
                            System::nanoTime);
            double ratio = timing.ratio(Double::doubleValue).median();
            measures.add(
                    new Measure("both_arms_over_one_batch_" + each, ratio, "ratio", 1.0, ratio));
        }
    }

    private List<int[]> prompts(int count, int length) {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(random.ints(length, 3, model.tokenizer().vocabSize()).toArray());
        }
        return prompts;
    }

    /// How many tokens of that many nanoseconds to measure at once.
    private int fitting(double perToken) {
        return (int) Math.clamp(patience.toNanos() / perToken, FEWEST_TOKENS, tokens);
    }

    /// One try to warm up where there is time for several.
    private double median(DoubleSupplier seconds) {
        List<Double> tries = new ArrayList<>();
        long begin = System.nanoTime();
        do {
            tries.add(seconds.getAsDouble());
        } while (tries.size() < MOST_TRIES && System.nanoTime() - begin < patience.toNanos());
        double[] kept = tries.stream().skip(tries.size() > 2 ? 1 : 0).mapToDouble(t -> t).toArray();
        Arrays.sort(kept);
        return (kept[(kept.length - 1) / 2] + kept[kept.length / 2]) / 2;
    }
}
