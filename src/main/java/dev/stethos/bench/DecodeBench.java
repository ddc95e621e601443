package dev.stethos.bench;

import dev.stethos.bench.PairedTiming.Budget;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Measures the time per decoded token of an edited and an unedited revision in one run, through
/// the engine as it serves: the same prompts, the same number of tokens, block by block in turn.
public final class DecodeBench {
    private static final int WARM_UP_SHARE = 5;
    private static final int FEWEST_TOKENS = 2;
    private static final int PROMPT_TOKENS = 4;

    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final int tokens;
    private final Budget budget;

    /// @param tokens decoded for each sequence of a block, fewer where the budget has no room
    /// @param budget for each batch size; a fifth of its time goes to warming up before it
    public DecodeBench(Gemma3Model model, InferenceEngine engine, int tokens, Budget budget) {
        if (tokens < FEWEST_TOKENS) {
            throw new IllegalArgumentException(
                    "tokens: %d was given, allowed is 2 or more".formatted(tokens));
        }
        this.model = model;
        this.engine = engine;
        this.tokens = tokens;
        this.budget = budget;
    }

    /// Measures both revisions at every batch size; `progress` is told each size when it begins.
    /// The engine must be idle otherwise, and hold the largest batch.
    public BenchReport run(
            Arm unedited, Arm edited, List<Integer> batches, Consumer<Integer> progress) {
        for (int batch : batches) {
            if (batch < 1 || batch > engine.options().maxSequences()) {
                throw new IllegalArgumentException(
                        "batch: %d was given, allowed is 1 to %d"
                                .formatted(batch, engine.options().maxSequences()));
            }
        }
        MachineLoad.Watch watch = new MachineLoad.Watch();
        List<BatchResult> results = new ArrayList<>();
        for (int batch : batches) {
            progress.accept(batch);
            int length = warmUp(unedited, edited, batch);
            results.add(new BatchResult(batch, length, measure(unedited, edited, batch, length)));
        }
        return new BenchReport(unedited.name(), edited.name(), List.of(), results, watch.stop());
    }

    /// Returns how many tokens a block of this batch has.
    private int warmUp(Arm unedited, Arm edited, int batch) {
        long end = System.nanoTime() + budget.time().dividedBy(WARM_UP_SHARE).toNanos();
        int length = FEWEST_TOKENS;
        int pair = 0;
        do {
            DecodeBlock _ = block(unedited, pair, batch, length);
            double perToken = block(edited, pair++, batch, length).perToken();
            double room = budget.time().toNanos() / perToken / (2 * Budget.FEWEST_PAIRS);
            length = (int) Math.clamp(room, FEWEST_TOKENS, tokens);
        } while (System.nanoTime() < end);
        return length;
    }

    private PairedTiming<DecodeBlock> measure(Arm unedited, Arm edited, int batch, int length) {
        return PairedTiming.measure(
                pair -> block(unedited, pair, batch, length),
                pair -> block(edited, pair, batch, length),
                budget,
                System::nanoTime);
    }

    private DecodeBlock block(Arm arm, int pair, int batch, int length) {
        Random random = new Random(pair);
        List<int[]> prompts = new ArrayList<>();
        for (int sequence = 0; sequence < batch; sequence++) {
            prompts.add(random.ints(PROMPT_TOKENS, 3, model.tokenizer().vocabSize()).toArray());
        }
        return DecodeBlock.run(engine, arm.revision(), prompts, length);
    }

    /// A revision under a name, pinned by whoever made it.
    public record Arm(String name, Revision revision) {}
}
