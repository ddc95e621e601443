package dev.stethos.bench;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Failed;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// What evaluations cost completions: a batch that decodes alone, and beside an engine of an
/// evaluation's shape that always has work. The bound is 1 / (1 - share).
public final class EvaluationBench implements AutoCloseable {
    /// The default of `stethos.evaluations.share`.
    public static final double SHARE = 0.2;

    private static final EngineOptions SHAPE =
            new EngineOptions(16, 2048, 256, 64).deterministically();
    static final Duration LONGEST_BLOCK = Duration.ofSeconds(10);

    private static final int PROMPT = 48;
    private static final int ANSWER = 64;
    private static final int FEWEST_TOKENS = 2;
    private static final long LOOK_NANOS = 1_000_000;

    private final InferenceEngine host;
    private final Revision base;
    private final InferenceEngine guest;
    private final Random random = new Random(1);
    private final int vocabSize;
    private volatile boolean feeding;

    public EvaluationBench(Gemma3Model model, InferenceEngine host, Revision base) {
        this.host = host;
        this.base = base;
        this.vocabSize = model.tokenizer().vocabSize();
        int context = Math.min(SHAPE.maxLength(), model.config().maxPositions());
        this.guest = InferenceEngine.beside(host, model, SHAPE.withMaxLength(context), SHARE);
    }

    /// The quotient of both times per token, of blocks of `batch` sequences in turn, each block a
    /// quarter of `time` where the context has room for that many tokens. Empty where the shortest
    /// block takes longer than [#LONGEST_BLOCK]; the bound does not depend on the model's size.
    public Optional<Measure> slowdown(int batch, Duration time) {
        long begin = System.nanoTime();
        double perToken = block(batch, FEWEST_TOKENS).perToken();
        if (System.nanoTime() - begin > LONGEST_BLOCK.toNanos()) {
            return Optional.empty();
        }
        int room = host.options().maxLength() - PROMPT;
        int tokens = (int) Math.clamp(time.toNanos() / 4.0 / perToken, FEWEST_TOKENS, room);
        PairedTiming<DecodeBlock> timing =
                PairedTiming.measure(
                        pair -> block(batch, tokens),
                        pair -> beside(() -> block(batch, tokens)),
                        new PairedTiming.Budget(time, PairedTiming.Budget.FEWEST_PAIRS),
                        System::nanoTime);
        double ratio = timing.ratio(DecodeBlock::perToken).median();
        return Optional.of(new Measure("evaluation_slowdown", ratio, "ratio", 1.0, ratio));
    }

    private DecodeBlock block(int batch, int tokens) {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < batch; i++) {
            prompts.add(prompt());
        }
        return DecodeBlock.run(host, base, prompts, tokens);
    }

    /// Runs the block while the guest has all its slots filled.
    private DecodeBlock beside(Supplier<DecodeBlock> block) {
        feeding = true;
        List<Generation> begun = new ArrayList<>();
        for (int i = 0; i < SHAPE.maxSequences(); i++) {
            begun.addAll(guest.submit(List.of(next())));
        }
        try {
            return block.get();
        } finally {
            feeding = false;
            begun.forEach(Generation::cancel);
            while (guest.isBusy()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    /// One that is followed by another when it ends.
    private Submission next() {
        return new Submission(
                DecodeBlock.request(base, prompt(), ANSWER).with(Priority.BACKGROUND), this::on);
    }

    private synchronized int[] prompt() {
        return random.ints(PROMPT, 3, vocabSize).toArray();
    }

    private void on(GenerationEvent event) {
        boolean ended = event instanceof Finished || event instanceof Failed;
        if (ended && feeding) {
            List<Generation> _ = guest.submit(List.of(next()));
        }
    }

    @Override
    public void close() {
        guest.close();
    }
}
