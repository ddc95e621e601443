package dev.stethos.tiny.training;

import dev.stethos.torch.Argument;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The training program's typed calls for one architecture. Used by one thread.
public final class TrainerProgram implements AutoCloseable {
    private final Architecture architecture;
    private final TorchProgram program;
    private final Tensor rope;

    public TrainerProgram(Architecture architecture) {
        this.architecture = architecture;
        TorchRuntime torch = TorchRuntime.get();
        program = torch.load("tiny/trainer.torchscript");
        rope =
                torch.floats(
                        architecture.ropeTables(),
                        4,
                        architecture.slidingWindow(),
                        architecture.headDim());
    }

    public Architecture architecture() {
        return architecture;
    }

    /// One optimizer step, in place, of the weights numbered `which`, whose state is given; the
    /// batch's mean loss before it.
    float step(
            Batch batch,
            double rate,
            double decay,
            List<Tensor> weights,
            long[] which,
            OptimizerState state) {
        try (Tensor rates =
                        TorchRuntime.get().floats(new float[] {(float) rate, (float) decay}, 2);
                Tensor numbers = TorchRuntime.get().longs(which, which.length);
                Tensor result =
                        program.callWithGradients(
                                "step",
                                List.of(
                                        Map.entry("ids", List.of(batch.ids)),
                                        Map.entry("places", List.of(batch.places)),
                                        Map.entry("targets", List.of(batch.targets)),
                                        Map.entry("rope", List.of(rope)),
                                        Map.entry("rates", List.of(rates)),
                                        Map.entry("which", List.of(numbers)),
                                        Map.entry("w[]", weights),
                                        Map.entry("m[]", state.first()),
                                        Map.entry("v[]", state.second()),
                                        Map.entry("steps[]", state.steps())))) {
            return result.toFloats()[0];
        }
    }

    /// Cross-entropy of every learned token, sequence after sequence.
    float[] crossEntropies(Batch batch, TensorList weights) {
        try (Tensor losses =
                program.call(
                        "cross_entropies", batch.ids, batch.places, batch.targets, rope, weights)) {
            return losses.toFloats();
        }
    }

    /// Fills `ids` `[rows, room]` greedily after prompts of the given lengths; `firstBias` is added
    /// to the logits of each row's first new token.
    long[] answers(
            Tensor ids,
            Tensor lengths,
            int shortest,
            int endOfTurn,
            Tensor firstBias,
            TensorList weights) {
        try (Tensor filled =
                program.call(
                        "answers",
                        ids,
                        lengths,
                        Argument.of(shortest),
                        Argument.of(endOfTurn),
                        firstBias,
                        weights,
                        rope)) {
            return filled.toLongs();
        }
    }

    /// The weights as BF16 holds them.
    public Weights rounded(Weights weights) {
        List<Tensor> tensors = new ArrayList<>();
        for (Tensor tensor : weights.tensors()) {
            tensors.add(program.call("rounded", tensor));
        }
        return Weights.owning(architecture, tensors);
    }

    /// `base` moved towards `tuned` by `scale`, in the given layers only and rounded to BF16. It
    /// shares all other tensors with `base`, embedding and final norm always.
    public Weights edited(Weights base, Weights tuned, Collection<Integer> layers, double scale) {
        Map<Integer, Tensor> replacements = new HashMap<>();
        for (int layer : layers) {
            int first = layer * Architecture.WEIGHTS_PER_LAYER;
            for (int i = first; i < first + Architecture.WEIGHTS_PER_LAYER; i++) {
                replacements.put(
                        i,
                        program.call(
                                "edited",
                                base.tensors().get(i),
                                tuned.tensors().get(i),
                                Argument.of(scale)));
            }
        }
        return base.replacing(replacements);
    }

    /// A copy that takes no part in gradients.
    Weights detached(Weights weights) {
        return Weights.of(architecture, weights.values());
    }

    @Override
    public void close() {
        rope.close();
        program.close();
    }
}
