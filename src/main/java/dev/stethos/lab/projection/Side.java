package dev.stethos.lab.projection;

import dev.stethos.weights.WeightName;
import java.util.Map;
import java.util.Optional;

/// Which side of a matrix is the residual stream: a writer has it in its rows, a reader in its
/// columns. `norm` is the gain between matrix and stream: behind a writer, before a reader.
record Side(boolean writes, String norm) {
    private static final Side ATTENTION_IN = new Side(false, "input_layernorm");
    private static final Side MLP_IN = new Side(false, "pre_feedforward_layernorm");
    private static final Map<String, Side> SIDES =
            Map.of(
                    "self_attn.q_proj", ATTENTION_IN,
                    "self_attn.k_proj", ATTENTION_IN,
                    "self_attn.v_proj", ATTENTION_IN,
                    "self_attn.o_proj", new Side(true, "post_attention_layernorm"),
                    "mlp.gate_proj", MLP_IN,
                    "mlp.up_proj", MLP_IN,
                    "mlp.down_proj", new Side(true, "post_feedforward_layernorm"));

    /// Empty for tensors that are no matrix beside the stream, such as gains.
    static Optional<Side> of(WeightName name) {
        return Optional.ofNullable(SIDES.get(name.module()));
    }
}
