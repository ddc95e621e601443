package dev.stethos.lab.sae;

/// What is done to an input row before encoding and undone after decoding.
public enum Normalization {
    NONE("none"),
    /// Scaled to a norm of the square root of its width.
    CONSTANT_NORM("constant_norm_rescale"),
    /// Moved and scaled to mean 0 and sample standard deviation 1.
    STANDARD("layer_norm");

    private final String saeLens;

    Normalization(String saeLens) {
        this.saeLens = saeLens;
    }

    /// The value of SAELens' `normalize_activations`.
    String saeLens() {
        return saeLens;
    }
}
