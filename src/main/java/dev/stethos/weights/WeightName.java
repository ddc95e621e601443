package dev.stethos.weights;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The canonical name of a text decoder's tensor, such as `model.layers.3.mlp.up_proj.weight`,
/// `model.embed_tokens.weight` or `model.norm.weight`, whatever prefix the checkpoint uses.
public record WeightName(String canonical) implements Comparable<WeightName> {
    private static final String PREFIX = "model.";
    private static final List<String> PREFIXES =
            List.of("model.language_model.", "language_model.model.", PREFIX);
    private static final List<String> NOT_TEXT =
            List.of(
                    "vision_tower.",
                    "model.vision_tower.",
                    "multi_modal_projector.",
                    "model.multi_modal_projector.");
    private static final List<String> HEADS =
            List.of("lm_head.weight", "language_model.lm_head.weight");
    private static final Pattern CANONICAL =
            Pattern.compile(
                    "model\\.(?:layers\\.(0|[1-9][0-9]{0,3})\\.)?"
                            + "((?!layers\\.)[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)*)\\.weight");

    public WeightName {
        if (!CANONICAL.matcher(canonical).matches()) {
            throw new IllegalArgumentException(
                    "tensor %s: a text tensor is named model.layers.N.<module>.weight or model.<module>.weight"
                            .formatted(InvalidWeightsException.shown(canonical)));
        }
    }

    /// Reads the name that a checkpoint gives to a tensor. Empty for what is not part of the text
    /// decoder: vision tower, projector, and the head, which Gemma 3 ties to the embedding. A name
    /// of no known form is an [IllegalArgumentException].
    public static Optional<WeightName> parse(String name) {
        if (HEADS.contains(name) || NOT_TEXT.stream().anyMatch(name::startsWith)) {
            return Optional.empty();
        }
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return Optional.of(new WeightName(PREFIX + name.substring(prefix.length())));
            }
        }
        throw new IllegalArgumentException(
                "tensor %s: a name begins with one of %s"
                        .formatted(InvalidWeightsException.shown(name), PREFIXES));
    }

    /// The tensor of one layer's module, such as `self_attn.q_proj`.
    public static WeightName ofLayer(int layer, String module) {
        return new WeightName("model.layers." + layer + "." + module + ".weight");
    }

    /// The layer's number; empty for tensors outside of the layers.
    public OptionalInt layer() {
        String layer = matcher().group(1);
        return layer == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(layer));
    }

    /// The module within its layer or model, such as `mlp.up_proj` or `embed_tokens`.
    public String module() {
        return matcher().group(2);
    }

    /// By layer number, tensors outside of the layers first, then by module.
    @Override
    public int compareTo(WeightName other) {
        int byLayer = Integer.compare(layer().orElse(-1), other.layer().orElse(-1));
        return byLayer != 0 ? byLayer : module().compareTo(other.module());
    }

    @Override
    public String toString() {
        return canonical;
    }

    private Matcher matcher() {
        Matcher matcher = CANONICAL.matcher(canonical);
        if (!matcher.matches()) {
            throw new AssertionError(canonical);
        }
        return matcher;
    }
}
