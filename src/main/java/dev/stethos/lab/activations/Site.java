package dev.stethos.lab.activations;

import dev.stethos.gemma.Gemma3Config;
import java.util.Locale;

/// A place within a layer, in the order in which a token passes them, named as Gemma Scope does.
public enum Site {
    /// The concatenated heads that go into the attention's output projection.
    ATTN_OUT("self_attn.o_proj.input", "attn.hook_z"),
    /// What the MLP adds to the residual stream, after its norm.
    MLP_OUT("post_feedforward_layernorm.output", "hook_mlp_out"),
    /// The residual stream after the layer.
    RESID_POST("output", "hook_resid_post");

    private final String module;
    private final String transformerLens;

    Site(String module, String transformerLens) {
        this.module = module;
        this.transformerLens = transformerLens;
    }

    String module() {
        return module;
    }

    String transformerLens() {
        return transformerLens;
    }

    /// Elements of one token's activation.
    public int width(Gemma3Config config) {
        return switch (this) {
            case ATTN_OUT -> config.heads() * config.headDim();
            case MLP_OUT, RESID_POST -> config.hiddenSize();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
