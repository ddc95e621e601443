package dev.stethos.lab.activations;

import dev.stethos.gemma.config.Gemma3Config;
import java.util.Locale;

/// A place within a layer, in the order in which a token passes them, named as Gemma Scope does.
public enum Site {
    /// The concatenated heads that go into the attention's output projection.
    ATTN_OUT(0, "self_attn.o_proj.input", "attn.hook_z"),
    /// What the MLP adds to the residual stream, after its norm.
    MLP_OUT(1, "post_feedforward_layernorm.output", "hook_mlp_out"),
    /// The residual stream after the layer.
    RESID_POST(2, "output", "hook_resid_post");

    private final int place;
    private final String module;
    private final String transformerLens;

    Site(int place, String module, String transformerLens) {
        this.place = place;
        this.module = module;
        this.transformerLens = transformerLens;
    }

    /// Its number among the sites of a layer.
    int place() {
        return place;
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
