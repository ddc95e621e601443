package dev.stethos.lab.sae;

import java.nio.file.Path;
import java.util.List;

/// Gemma Scope 2's folders: `params.safetensors` and `config.json`; JumpReLU SAEs and transcoders
/// on raw activations.
final class GemmaScope {
    static final String TENSORS = "params.safetensors";
    private static final String CONFIG = "config.json";

    private GemmaScope() {}

    static Sae read(Path folder) {
        SaeJson config = SaeJson.read(folder.resolve(CONFIG));
        if (!config.text("architecture", "jump_relu").equals("jump_relu")) {
            throw config.refuse("architecture", "\"jump_relu\"");
        }
        String type = config.text("type", "sae");
        if (!type.equals("sae") && !type.equals("transcoder")) {
            throw config.refuse("type", "\"sae\" or \"transcoder\"");
        }
        int latents = config.integer("width");
        try (SaeTensors tensors = SaeTensors.open(folder.resolve(TENSORS))) {
            int inputs = size(tensors, "w_enc", 0);
            int outputs = size(tensors, "w_dec", 1);
            int found = size(tensors, "w_enc", 1);
            if (found != latents) {
                throw new InvalidSaeException(
                        "%s, tensor w_enc: %d latents, the configuration gives a width of %d"
                                .formatted(TENSORS, found, latents));
            }
            SaeSpec spec =
                    new SaeSpec(
                            inputs,
                            latents,
                            outputs,
                            new Rule.JumpRelu(),
                            false,
                            Normalization.NONE,
                            config.text("model_name"),
                            config.text("hf_hook_point_in"));
            boolean affine = config.flag("affine_connection", false);
            return new Sae(
                    spec,
                    new SaeWeights(
                            tensors.read("w_enc", inputs, latents),
                            tensors.read("b_enc", latents),
                            tensors.read("w_dec", latents, outputs),
                            tensors.read("b_dec", outputs),
                            tensors.read("threshold", latents),
                            null,
                            null,
                            affine
                                    ? tensors.read("affine_skip_connection", inputs, outputs)
                                    : null));
        }
    }

    private static int size(SaeTensors tensors, String name, int axis) {
        List<Long> shape = tensors.file().tensor(name).shape();
        if (shape.size() != 2) {
            throw new InvalidSaeException(
                    "%s, tensor %s: shape %s, allowed are two dimensions"
                            .formatted(TENSORS, name, shape));
        }
        return Math.toIntExact(shape.get(axis));
    }
}
