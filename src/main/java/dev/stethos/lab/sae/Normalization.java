package dev.stethos.lab.sae;

/// What is done to an input row before encoding and undone after decoding.
public enum Normalization {
    NONE(0, "none"),
    /// Scaled to a norm of the square root of its width.
    CONSTANT_NORM(1, "constant_norm_rescale"),
    /// Moved and scaled to mean 0 and sample standard deviation 1.
    STANDARD(2, "layer_norm");

    private final int code;
    private final String saeLens;

    Normalization(int code, String saeLens) {
        this.code = code;
        this.saeLens = saeLens;
    }

    /// The programs' number for it.
    int code() {
        return code;
    }

    /// The value of SAELens' `normalize_activations`.
    String saeLens() {
        return saeLens;
    }
}
