package dev.stethos.lab.projection;

/// How directions of the residual stream become directions of a matrix's rows or columns.
public enum Variant {
    /// As they are.
    RESIDUAL("residual directions as they are"),
    /// Gemma 3 multiplies by a gain `1 + w` between stream and matrix: a reader's directions are
    /// multiplied by the gain before it, a writer's divided by the gain behind it.
    NORM_CORRECTED("norm-corrected: times 1 + w before readers, divided by 1 + w behind writers");

    private final String label;

    Variant(String label) {
        this.label = label;
    }

    /// As provenance names it.
    public String label() {
        return label;
    }
}
