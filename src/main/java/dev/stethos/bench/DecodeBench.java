package dev.stethos.bench;

import dev.stethos.bench.PairedTiming.Budget;
import dev.stethos.gemma.ChatTemplate.Message;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Measures the time per decoded token of an edited and an unedited revision in one run, through
/// the engine as it serves: the same prompts, the same number of tokens, block by block in turn.
public final class DecodeBench {
    private static final int WARM_UP_SHARE = 5;

    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final int tokens;
    private final Budget budget;

    /// @param tokens decoded for each sequence of a block
    /// @param budget for each batch size; a fifth of its time goes to warming up before it
    public DecodeBench(Gemma3Model model, InferenceEngine engine, int tokens, Budget budget) {
        if (tokens < 2) {
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
            warmUp(unedited, edited, batch);
            results.add(new BatchResult(batch, measure(unedited, edited, batch, budget)));
        }
        return new BenchReport(
                unedited.name(), edited.name(), tokens, List.of(), results, watch.stop());
    }

    private void warmUp(Arm unedited, Arm edited, int batch) {
        long end = System.nanoTime() + budget.time().dividedBy(WARM_UP_SHARE).toNanos();
        int pair = 0;
        do {
            DecodeBlock _ = block(unedited, pair, batch);
            DecodeBlock _ = block(edited, pair++, batch);
        } while (System.nanoTime() < end);
    }

    private PairedTiming<DecodeBlock> measure(Arm unedited, Arm edited, int batch, Budget howLong) {
        return PairedTiming.measure(
                pair -> block(unedited, pair, batch),
                pair -> block(edited, pair, batch),
                howLong,
                System::nanoTime);
    }

    private DecodeBlock block(Arm arm, int pair, int batch) {
        List<int[]> prompts = new ArrayList<>();
        for (int sequence = 0; sequence < batch; sequence++) {
            int number = 100 + (pair * batch + sequence) % 900;
            Message message =
                    new Message(
                            "user",
                            "What is the remainder when %d is divided by 7?".formatted(number));
            prompts.add(model.chatTemplate().encode(List.of(message), true));
        }
        return DecodeBlock.run(engine, arm.revision(), prompts, tokens);
    }

    /// A revision under a name, pinned by whoever made it.
    public record Arm(String name, Revision revision) {}
}
