package dev.stethos.lab.sae;

import java.nio.file.Path;

/// EleutherAI sparsify's folders: `sae.safetensors` and `cfg.json`, one for each hookpoint, which
/// is the folder's name.
final class Sparsify {
    static final String TENSORS = "sae.safetensors";
    private static final String CONFIG = "cfg.json";
    private static final int DEFAULT_EXPANSION = 32;

    private Sparsify() {}

    /// What the folder's configuration says.
    static SaeSpec spec(Path folder) {
        SaeJson config = SaeJson.read(folder.resolve(CONFIG));
        int inputs = config.integer("d_in");
        int k = config.has("k") ? config.integer("k") : 32;
        Rule rule =
                switch (config.text("activation", "topk")) {
                    case "topk" -> new Rule.TopK(k, false);
                    case "groupmax" -> new Rule.GroupMax(k);
                    default -> throw config.refuse("activation", "\"topk\" or \"groupmax\"");
                };
        boolean transcode = config.flag("transcode", false);
        return new SaeSpec(
                inputs,
                latents(config, inputs),
                inputs,
                rule,
                !transcode,
                Normalization.NONE,
                null,
                String.valueOf(folder.getFileName()));
    }

    static Sae read(Path folder) {
        SaeSpec spec = spec(folder);
        int inputs = spec.inputs();
        boolean skips = SaeJson.read(folder.resolve(CONFIG)).flag("skip_connection", false);
        try (SaeTensors tensors = SaeTensors.open(folder.resolve(TENSORS))) {
            int latents = spec.latents();
            float[] encoder = tensors.read("encoder.weight", latents, inputs);
            float[] skip =
                    skips
                            ? SaeTensors.transposed(
                                    tensors.read("W_skip", inputs, inputs), inputs, inputs)
                            : null;
            return new Sae(
                    spec,
                    new SaeWeights(
                            SaeTensors.transposed(encoder, latents, inputs),
                            tensors.read("encoder.bias", latents),
                            tensors.read("W_dec", latents, inputs),
                            tensors.read("b_dec", inputs),
                            null,
                            null,
                            null,
                            skip));
        }
    }

    private static int latents(SaeJson config, int inputs) {
        int given = config.has("num_latents") ? config.integer("num_latents") : 0;
        if (given > 0) {
            return given;
        }
        int expansion =
                config.has("expansion_factor")
                        ? config.integer("expansion_factor")
                        : DEFAULT_EXPANSION;
        return Math.multiplyExact(inputs, expansion);
    }
}
