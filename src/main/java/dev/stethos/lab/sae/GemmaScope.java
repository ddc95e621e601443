package dev.stethos.lab.sae;

import dev.stethos.torch.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Gemma Scope 2's folders: `params.safetensors` and `config.json`; JumpReLU SAEs and transcoders
/// on raw activations.
final class GemmaScope {
    static final String TENSORS = "params.safetensors";
    private static final String CONFIG = "config.json";

    private GemmaScope() {}

    /// What the folder's configuration and the shapes say, without the numbers.
    static SaeSpec spec(Path folder) {
        try (SaeTensors tensors = SaeTensors.open(folder.resolve(TENSORS))) {
            return spec(SaeJson.read(folder.resolve(CONFIG)), tensors);
        }
    }

    /// Its matrices are views of the mapped file, so that they take no memory of their own.
    static Sae read(Path folder) {
        SaeJson config = SaeJson.read(folder.resolve(CONFIG));
        List<Tensor> made = new ArrayList<>();
        try (SaeTensors tensors = SaeTensors.open(folder.resolve(TENSORS))) {
            SaeSpec spec = spec(config, tensors);
            long inputs = spec.inputs();
            long latents = spec.latents();
            long outputs = spec.outputs();
            tensors.requireFinite("w_dec");
            made.add(tensors.tensor("w_enc", inputs, latents));
            made.add(tensors.tensor("b_enc", latents));
            made.add(tensors.tensor("w_dec", latents, outputs));
            made.add(tensors.tensor("b_dec", outputs));
            made.add(tensors.tensor("threshold", latents));
            return new Sae(
                    spec,
                    made,
                    config.flag("affine_connection", false)
                            ? tensors.tensor("affine_skip_connection", inputs, outputs)
                            : null);
        } catch (RuntimeException e) {
            made.forEach(Tensor::close);
            throw e;
        }
    }

    private static SaeSpec spec(SaeJson config, SaeTensors tensors) {
        if (!config.text("architecture", "jump_relu").equals("jump_relu")) {
            throw config.refuse("architecture", "\"jump_relu\"");
        }
        String type = config.text("type", "sae");
        if (!type.equals("sae") && !type.equals("transcoder")) {
            throw config.refuse("type", "\"sae\" or \"transcoder\"");
        }
        int latents = config.integer("width");
        int found = size(tensors, "w_enc", 1);
        if (found != latents) {
            throw new InvalidSaeException(
                    "%s, tensor w_enc: %d latents, the configuration gives a width of %d"
                            .formatted(TENSORS, found, latents));
        }
        return new SaeSpec(
                size(tensors, "w_enc", 0),
                latents,
                size(tensors, "w_dec", 1),
                new Rule.JumpRelu(),
                false,
                Normalization.NONE,
                config.text("model_name"),
                config.text("hf_hook_point_in"));
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
