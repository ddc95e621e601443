package dev.stethos.bench;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Measures what it takes to make a profile's revision beside the running one, and how much that
/// holds up the sequences that run meanwhile.
public final class SwapBench {
    private static final int TRIES = 5;
    private static final int RUNNING = 8;
    private static final int PROMPT_TOKENS = 4;

    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final MachineLimits limits;
    private final Duration patience;

    /// @param patience for applying: it is tried at least once, then until this time is over
    public SwapBench(
            Gemma3Model model, InferenceEngine engine, MachineLimits limits, Duration patience) {
        this.model = model;
        this.engine = engine;
        this.limits = limits;
        this.patience = patience;
    }

    /// The floor of applying is the time of its three streams: the edited tensors of the base and
    /// the deltas are read, the result is written to memory fresh from the system. The engine must
    /// be idle otherwise.
    public List<Measure> run(ProfileStore store, String profile) {
        List<Measure> measures = new ArrayList<>();
        long begin = System.nanoTime();
        EditResolver resolver = new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM);
        try (ResolvedEdits edits = resolver.resolve(store.load(profile), model.checkpoint())) {
            measures.add(Measure.of("profile_check", (System.nanoTime() - begin) / 1e9, "s"));
            long bytes = EditedRevision.bytes(model.base(), edits);
            measures.add(Measure.of("profile_memory", bytes / 1e9, "GB"));
            measures.add(
                    Measure.time(
                            "profile_apply",
                            applySeconds(edits),
                            "s",
                            (bytes + edits.bytes()) / limits.bytesPerSecond()
                                    + writeSeconds(bytes)));
            addGaps(measures, edits);
        }
        return measures;
    }

    private static double writeSeconds(long bytes) {
        double fastest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            // A value is read, because a GPU's call returns before it is done.
            try (Tensor fresh =
                            TorchRuntime.get()
                                    .zeros(ScalarType.BF16, bytes / ScalarType.BF16.bytes());
                    Tensor last = fresh.slice(fresh.elements() - 1, 1)) {
                float[] _ = last.toFloats();
                fastest = Math.min(fastest, (System.nanoTime() - start) / 1e9);
            }
        }
        return fastest;
    }

    private double applySeconds(ResolvedEdits edits) {
        List<Double> tries = new ArrayList<>();
        long begin = System.nanoTime();
        do {
            long start = System.nanoTime();
            Revision revision = EditedRevision.of(model.base(), edits);
            tries.add((System.nanoTime() - start) / 1e9);
            revision.close();
        } while (tries.size() < TRIES && System.nanoTime() - begin < patience.toNanos());
        double[] sorted = tries.stream().mapToDouble(t -> t).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void addGaps(List<Measure> measures, ResolvedEdits edits) {
        int count = Math.min(RUNNING, engine.options().maxSequences());
        Random random = new Random(1);
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(random.ints(PROMPT_TOKENS, 3, model.tokenizer().vocabSize()).toArray());
        }
        TokenGaps gaps =
                TokenGaps.measure(
                        engine,
                        model.base(),
                        prompts,
                        () -> EditedRevision.of(model.base(), edits).close());
        double usual = TokenGaps.percentile(gaps.alone(), 0.99) / 1e6;
        double largest = Arrays.stream(gaps.beside()).max().orElse(0) / 1e6;
        measures.add(
                new Measure("gap_beside_apply_largest", largest, "ms", usual, largest / usual));
    }
}
