package dev.stethos.gemma;

import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;

/// The tensors of one revision as the decoder program takes them, each made from one or more of its
/// weights. Fused, a layer's projections of the same input are one matrix: fewer and larger
/// operations for a copy of the weights.
final class ProgramLayout {
    /// How a part is made from its weights.
    enum Kind {
        /// The weight itself in the compute type.
        LINEAR,
        /// Weights one below the other in the compute type.
        STACKED,
        /// A norm's factors, `(1 + w) sqrt(n)`, in F32.
        NORM,
        /// The query norm's factors for every query head, then the key norm's for every key head.
        HEAD_NORMS
    }

    /// One tensor: its kind and the canonical names of the weights that it is made of.
    record Part(Kind kind, List<String> sources) {}

    private final Gemma3Config config;
    private final ScalarType compute;
    private final boolean fused;
    private final List<Part> parts = new ArrayList<>();

    ProgramLayout(Gemma3Config config, ScalarType compute, boolean fused) {
        this.config = config;
        this.compute = compute;
        this.fused = fused;
        add(Kind.LINEAR, WeightLayout.EMBEDDING);
        for (int i = 0; i < config.layers(); i++) {
            addLayer("model.layers." + i + ".");
        }
        add(Kind.NORM, WeightLayout.FINAL_NORM);
        if (!config.tiedHead()) {
            add(Kind.LINEAR, WeightLayout.HEAD);
        }
    }

    private void addLayer(String layer) {
        String q = layer + "self_attn.q_proj.weight";
        String k = layer + "self_attn.k_proj.weight";
        String v = layer + "self_attn.v_proj.weight";
        String gate = layer + "mlp.gate_proj.weight";
        String up = layer + "mlp.up_proj.weight";
        add(Kind.NORM, layer + "input_layernorm.weight");
        addProjections(q, k, v);
        add(Kind.HEAD_NORMS, layer + "self_attn.q_norm.weight", layer + "self_attn.k_norm.weight");
        add(Kind.LINEAR, layer + "self_attn.o_proj.weight");
        add(Kind.NORM, layer + "post_attention_layernorm.weight");
        add(Kind.NORM, layer + "pre_feedforward_layernorm.weight");
        addProjections(gate, up);
        add(Kind.LINEAR, layer + "mlp.down_proj.weight");
        add(Kind.NORM, layer + "post_feedforward_layernorm.weight");
        if (!fused) {
            add(Kind.LINEAR, k);
            add(Kind.LINEAR, v);
            add(Kind.LINEAR, up);
        }
    }

    private void addProjections(String... names) {
        if (fused) {
            add(Kind.STACKED, names);
        } else {
            add(Kind.LINEAR, names[0]);
        }
    }

    private void add(Kind kind, String... sources) {
        parts.add(new Part(kind, List.of(sources)));
    }

    boolean fused() {
        return fused;
    }

    List<Part> parts() {
        return parts;
    }

    /// Index of the part that makes the logits.
    int head() {
        return config.tiedHead() ? 0 : parts.size() - 1;
    }

    /// True when the part is its weight as it is stored.
    boolean isShared(Part part, ScalarType stored) {
        return part.kind() == Kind.LINEAR && stored == compute;
    }

    /// A new tensor made of `sources`, the tensors of [Part#sources].
    Tensor make(TorchProgram program, Part part, List<Tensor> sources) {
        try (TensorList list = TensorList.of(sources)) {
            return switch (part.kind()) {
                case LINEAR, STACKED ->
                        program.call("stacked", list, Argument.of((long) compute.code()));
                case NORM -> program.call("factors", list, Argument.ofList(1), root(sources));
                case HEAD_NORMS ->
                        program.call(
                                "factors",
                                list,
                                Argument.ofList(config.heads(), config.kvHeads()),
                                root(sources));
            };
        }
    }

    private static Argument root(List<Tensor> norms) {
        return Argument.of(Math.sqrt((double) norms.getFirst().elements()));
    }
}
