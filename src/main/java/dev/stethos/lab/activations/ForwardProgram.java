package dev.stethos.lab.activations;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// The decoder over whole documents, layer by layer, computed as the serving decoder does but
/// without a cache. Weights stay as the revision stores them. Used by one thread.
final class ForwardProgram implements AutoCloseable {
    private static final List<String> LAYER =
            List.of(
                    "input_layernorm",
                    "self_attn.q_proj",
                    "self_attn.k_proj",
                    "self_attn.v_proj",
                    "self_attn.o_proj",
                    "self_attn.q_norm",
                    "self_attn.k_norm",
                    "post_attention_layernorm",
                    "pre_feedforward_layernorm",
                    "mlp.gate_proj",
                    "mlp.up_proj",
                    "mlp.down_proj",
                    "post_feedforward_layernorm");

    /// Rows of logits held at a time.
    static final long CHUNK = 256;

    /// Rows of the head widened at a time.
    static final long PART = 1 << 15;

    private final TorchRuntime torch = TorchRuntime.get();
    private final TorchProgram program = torch.load("lab/forward.torchscript");
    private final Gemma3Config config;
    private final ScalarType type;
    private final List<String> names;
    private final Argument kinds;
    private final Argument dtype;
    private final Argument epsilon;
    private final Argument scale;
    private final double embedScale;
    private final Tensor nothing;
    private List<Tensor> ropes = List.of();
    private int positions;

    ForwardProgram(Gemma3Model model) {
        config = model.config();
        type = model.computeType();
        names = names(config);
        kinds = Argument.ofList(config.global().stream().mapToLong(g -> g ? 1 : 0).toArray());
        dtype = Argument.of((long) type.code());
        epsilon = Argument.of(config.rmsNormEpsilon());
        scale = Argument.of(1 / Math.sqrt(config.queryPreAttentionScalar()));
        embedScale = rounded(Math.sqrt(config.hiddenSize()));
        nothing = torch.zeros(ScalarType.F32, 1);
    }

    private static List<String> names(Gemma3Config config) {
        List<String> names = new ArrayList<>();
        names.add("model.embed_tokens.weight");
        for (int layer = 0; layer < config.layers(); layer++) {
            for (String module : LAYER) {
                names.add("model.layers." + layer + "." + module + ".weight");
            }
        }
        names.add("model.norm.weight");
        if (!config.tiedHead()) {
            names.add("lm_head.weight");
        }
        return names;
    }

    private double rounded(double value) {
        try (Tensor wide = torch.floats(new float[] {(float) value}, 1);
                Tensor narrow = wide.cast(type)) {
            return narrow.toFloats()[0];
        }
    }

    /// A revision's weights, packed for calls.
    TensorList weights(Revision revision) {
        return TensorList.of(revision.tensors(names));
    }

    /// A revision's weights in the type of the arithmetic, which the caller closes: for many calls.
    List<Tensor> widened(Revision revision) {
        return revision.tensors(names).stream().map(weight -> weight.cast(type)).toList();
    }

    Tensor embed(Batch batch, TensorList weights) {
        return program.call("embed", batch.tokens(), weights, dtype, Argument.of(embedScale));
    }

    /// What the kept rows of a hookpoint are replaced with.
    record Replacement(Hookpoint at, Tensor rows) {}

    /// The residual stream through layers `first` up to `end`: the kept rows at every hookpoint in
    /// order, then the residual stream.
    List<Tensor> layers(
            Tensor residual,
            int first,
            int end,
            Batch batch,
            TensorList weights,
            SortedSet<Hookpoint> wanted,
            @Nullable Replacement replacement) {
        try (TensorList rope = rope(Math.toIntExact(residual.shape()[1]))) {
            return program.callForList(
                    "layers",
                    residual,
                    Argument.of((long) first),
                    Argument.of((long) end),
                    weights,
                    rope,
                    kinds,
                    Argument.of((long) config.slidingWindow()),
                    Argument.ofList(wanted.stream().mapToLong(Hookpoint::code).toArray()),
                    batch.kept(),
                    Argument.of(replacement == null ? -1L : replacement.at().code()),
                    replacement == null ? nothing : replacement.rows(),
                    dtype,
                    scale,
                    epsilon);
        }
    }

    /// The loss of every scored token of the batch, document after document.
    float[] losses(Tensor residual, Batch batch, TensorList weights) {
        if (batch.scored().elements() == 0) {
            return new float[0];
        }
        long norm = 1L + (long) LAYER.size() * config.layers();
        try (Tensor losses =
                program.call(
                        "losses",
                        residual,
                        batch.scored(),
                        batch.targets(),
                        weights,
                        Argument.of(norm),
                        Argument.of(config.tiedHead() ? 0L : norm + 1),
                        Argument.of(CHUNK),
                        Argument.of(PART),
                        dtype,
                        epsilon)) {
            return losses.toFloats();
        }
    }

    /// Greedy continuations of prompts `[rows, longest]` of those lengths, `[rows, most]`: until
    /// one of `ends`, which stands in it, then -1; `banned` tokens are not first. May be called
    /// from several threads at a time.
    Tensor answers(
            Tensor prompts,
            Tensor lengths,
            int most,
            long[] ends,
            long[] banned,
            TensorList weights,
            TensorList rope) {
        long norm = 1L + (long) LAYER.size() * config.layers();
        return program.call(
                "answers",
                prompts,
                lengths,
                Argument.of((long) most),
                Argument.ofList(ends),
                Argument.ofList(banned),
                weights,
                rope,
                kinds,
                Argument.of((long) config.slidingWindow()),
                Argument.of(norm),
                Argument.of(config.tiedHead() ? 0L : norm + 1),
                dtype,
                scale,
                Argument.of(embedScale),
                epsilon);
    }

    /// Cosines and sines for at least `wanted` positions.
    TensorList rope(int wanted) {
        if (wanted > positions) {
            closeRopes();
            positions = Math.min(Math.max(wanted, 2 * positions), config.maxPositions());
            List<Tensor> made = new ArrayList<>();
            addRope(made, config.ropeLocalTheta(), 1);
            addRope(made, config.ropeTheta(), config.ropeFactor());
            ropes = made;
        }
        return TensorList.of(ropes);
    }

    private void addRope(List<Tensor> tables, double theta, double factor) {
        int half = config.headDim() / 2;
        float[] cos = new float[Math.multiplyExact(positions, half)];
        float[] sin = new float[cos.length];
        for (int i = 0; i < half; i++) {
            double frequency = Math.pow(theta, -2.0 * i / config.headDim()) / factor;
            for (int position = 0; position < positions; position++) {
                cos[position * half + i] = (float) Math.cos(position * frequency);
                sin[position * half + i] = (float) Math.sin(position * frequency);
            }
        }
        tables.add(torch.floats(cos, positions, half));
        tables.add(torch.floats(sin, positions, half));
    }

    private void closeRopes() {
        ropes.forEach(Tensor::close);
        ropes = List.of();
    }

    @Override
    public void close() {
        closeRopes();
        nothing.close();
        program.close();
    }
}
