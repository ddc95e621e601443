package dev.stethos.lab.sae;

/// Which latents of a row fire, given their pre-activations.
public sealed interface Rule {
    /// Every positive one.
    record Relu() implements Rule {}

    /// Every positive one above its own threshold.
    record JumpRelu() implements Rule {}

    /// The `k` largest, if positive; `rescaled` ones are compared after multiplication with their
    /// decoder rows' norms.
    record TopK(int k, boolean rescaled) implements Rule {}

    /// The largest of each of `k` groups of neighbours, if positive.
    record GroupMax(int k) implements Rule {}

    /// Every positive one; how strongly says a second, scaled encoder.
    record Gated() implements Rule {}

    /// The program's number for it.
    default int code() {
        return switch (this) {
            case Relu _ -> 0;
            case JumpRelu _ -> 1;
            case TopK _ -> 2;
            case GroupMax _ -> 3;
            case Gated _ -> 4;
        };
    }

    /// How many latents fire at most; 0 where the rule does not say.
    default int limit() {
        return switch (this) {
            case TopK top -> top.k();
            case GroupMax groups -> groups.k();
            case Relu _, JumpRelu _, Gated _ -> 0;
        };
    }

    default boolean isRescaled() {
        return this instanceof TopK top && top.rescaled();
    }
}
