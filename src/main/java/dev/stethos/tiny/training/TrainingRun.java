package dev.stethos.tiny.training;

import dev.stethos.torch.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// One run of AdamW over a schedule. Sequences are drawn in groups of several batches and sorted by
/// length, so that little is padded. Step by step everything depends on the identity's settings
/// alone: a run that was stopped and resumed ends with the same bytes as one that was not.
public final class TrainingRun {
    private static final int GROUP = 8;

    /// Told after every step; `loss` is the batch's mean.
    @FunctionalInterface
    public interface Listener {
        void afterStep(int step, float loss);
    }

    private final TrainerProgram program;
    private final SequenceSource source;
    private final Schedule schedule;
    private final int trained;
    private final @Nullable Focus focus;

    /// Every other step trains these layers alone, with all other weights as in `rest`, so that
    /// they learn to do without the others' changes.
    public record Focus(List<Integer> layers, Weights rest) {
        public Focus {
            layers = List.copyOf(layers);
        }
    }

    /// Trains the first `trained` weights and leaves the others as they are.
    public TrainingRun(
            TrainerProgram program,
            SequenceSource source,
            Schedule schedule,
            int trained,
            @Nullable Focus focus) {
        this.program = program;
        this.source = source;
        this.schedule = schedule;
        this.trained = trained;
        this.focus = focus;
    }

    /// Trains from `start`, or from the checkpoint when the file holds one of this `identity`;
    /// writes one every `interval` steps and at the end. The caller owns the result.
    public Weights run(
            Weights start, Path checkpoint, String identity, int interval, Listener listener) {
        TrainingCheckpoint saved = TrainingCheckpoint.read(checkpoint, identity);
        Architecture architecture = program.architecture();
        int done = saved == null ? 0 : saved.step();
        Weights weights =
                Weights.of(architecture, saved == null ? start.values() : saved.weights());
        try (OptimizerState state = state(architecture, saved);
                Weights rest = program.detached(focus == null ? start : focus.rest())) {
            weights.tensors().subList(0, trained).forEach(Tensor::requireGradient);
            List<List<Sequence>> group = List.of();
            for (int step = done; step < schedule.steps(); step++) {
                if (step == done || step % GROUP == 0) {
                    group = group(step / GROUP);
                }
                float loss;
                try (Batch batch = new Batch(group.get(step % GROUP))) {
                    loss = step(step, batch, weights, rest, state);
                }
                listener.afterStep(step + 1, loss);
                if ((step + 1) % interval == 0 || step + 1 == schedule.steps()) {
                    save(checkpoint, identity, step + 1, weights, state);
                }
            }
            return program.detached(weights);
        } finally {
            weights.close();
        }
    }

    private float step(int step, Batch batch, Weights weights, Weights rest, OptimizerState state) {
        double rate = schedule.rate(step);
        double decay = schedule.weightDecay();
        Focus alone = step % 2 == 0 ? focus : null;
        if (alone == null) {
            long[] all = LongStream.range(0, trained).toArray();
            return program.step(batch, rate, decay, weights.tensors(), all, state);
        }
        long[] few =
                alone.layers().stream()
                        .mapToLong(layer -> (long) layer * Architecture.WEIGHTS_PER_LAYER)
                        .flatMap(first ->
                                LongStream.range(first, first + Architecture.WEIGHTS_PER_LAYER))
                        .toArray();
        List<Tensor> mixed = new ArrayList<>(rest.tensors());
        for (long i : few) {
            mixed.set((int) i, weights.tensors().get((int) i));
        }
        return program.step(batch, rate, decay, mixed, few, state.of(few));
    }

    private OptimizerState state(Architecture architecture, @Nullable TrainingCheckpoint saved) {
        return saved == null
                ? OptimizerState.fresh(architecture, trained)
                : OptimizerState.of(architecture, saved.first(), saved.second(), saved.counters());
    }

    private static void save(
            Path file, String identity, int step, Weights weights, OptimizerState state) {
        new TrainingCheckpoint(
                        identity,
                        step,
                        weights.values(),
                        state.first().stream().map(Tensor::toFloats).toList(),
                        state.second().stream().map(Tensor::toFloats).toList(),
                        state.steps().stream().map(Tensor::toFloats).toList())
                .write(file);
    }

    /// The batches of one group, in an order that does not follow their lengths.
    private List<List<Sequence>> group(int number) {
        int batch = schedule.batch();
        List<Sequence> sequences = new ArrayList<>();
        for (int i = 0; i < GROUP * batch; i++) {
            sequences.add(source.sequence((long) number * GROUP * batch + i));
        }
        sequences.sort(Comparator.comparingInt(Sequence::length));
        List<List<Sequence>> batches = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            batches.add(sequences.subList(i * batch, (i + 1) * batch));
        }
        SplittableRandom random = new SplittableRandom(number);
        for (int i = GROUP - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            List<Sequence> swapped = batches.get(i);
            batches.set(i, batches.get(other));
            batches.set(other, swapped);
        }
        return batches;
    }
}
