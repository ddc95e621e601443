package dev.stethos.lab.sae;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.weights.AtomicFile;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// SAELens' folders: `sae_weights.safetensors` and `cfg.json`, of version 6 and of those before it.
/// SAEs and transcoders are read; SAEs are written as version 6 does.
public final class SaeLens {
    static final String TENSORS = "sae_weights.safetensors";
    private static final String CONFIG = "cfg.json";
    private static final String VERSION = "6.18.0";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SaeLens() {}

    static Sae read(Path folder) {
        SaeSpec spec = spec(folder);
        try (SaeTensors tensors = SaeTensors.open(folder.resolve(TENSORS))) {
            String architecture = architecture(SaeJson.read(folder.resolve(CONFIG)));
            return new Sae(spec, weights(tensors, spec, architecture));
        }
    }

    /// What the folder's configuration says.
    static SaeSpec spec(Path folder) {
        SaeJson config = SaeJson.read(folder.resolve(CONFIG));
        String architecture = architecture(config);
        boolean transcoder = architecture.endsWith("transcoder");
        int inputs = config.integer("d_in");
        int latents = config.integer("d_sae");
        int outputs = transcoder && config.has("d_out") ? config.integer("d_out") : inputs;
        SaeJson metadata = config.object(config.has("metadata") ? "metadata" : "meta");
        String hook = metadata.text("hook_name", config.text("hook_name", ""));
        return new SaeSpec(
                inputs,
                latents,
                outputs,
                rule(architecture, config),
                !transcoder && config.flag("apply_b_dec_to_input", true),
                normalization(config),
                metadata.text("model_name", config.text("model_name", "")),
                hook.isEmpty() ? config.text("hook_point") : hook);
    }

    /// The architecture's name, which before version 6 hides in the activation function.
    private static String architecture(SaeJson config) {
        String given = config.text("architecture", "standard");
        String function = config.text("activation_fn", config.text("activation_fn_str", "relu"));
        if (function.equals("topk") && given.equals("standard")) {
            return "topk";
        }
        if (!function.equals("relu") && !function.equals("topk")) {
            throw config.refuse(
                    config.has("activation_fn") ? "activation_fn" : "activation_fn_str",
                    "\"relu\" or \"topk\"");
        }
        return given;
    }

    private static Rule rule(String architecture, SaeJson config) {
        return switch (architecture) {
            case "standard", "transcoder", "skip_transcoder" -> new Rule.Relu();
            case "jumprelu", "jumprelu_transcoder", "jumprelu_skip_transcoder" ->
                    new Rule.JumpRelu();
            case "gated" -> new Rule.Gated();
            case "topk" -> {
                SaeJson holder = config.has("k") ? config : config.object("activation_fn_kwargs");
                yield new Rule.TopK(
                        holder.integer("k"), config.flag("rescale_acts_by_decoder_norm", false));
            }
            default ->
                    throw config.refuse(
                            "architecture",
                            "standard, jumprelu, gated, topk, or a transcoder, skip_transcoder,"
                                    + " jumprelu_transcoder or jumprelu_skip_transcoder");
        };
    }

    private static Normalization normalization(SaeJson config) {
        String field = "normalize_activations";
        if (config.root().path(field).isBoolean()) {
            return Normalization.NONE;
        }
        return switch (config.text(field, "none")) {
            // Its factor is folded into the weights that are saved.
            case "none", "expected_average_only_in" -> Normalization.NONE;
            case "constant_norm_rescale" -> Normalization.CONSTANT_NORM;
            case "layer_norm" -> Normalization.STANDARD;
            default ->
                    throw config.refuse(
                            field,
                            "none, expected_average_only_in, constant_norm_rescale or layer_norm");
        };
    }

    private static SaeWeights weights(SaeTensors tensors, SaeSpec spec, String architecture) {
        refuseScaling(tensors, spec.latents());
        int inputs = spec.inputs();
        int latents = spec.latents();
        boolean gated = architecture.equals("gated");
        boolean skips = architecture.contains("skip");
        return new SaeWeights(
                tensors.read("W_enc", inputs, latents),
                tensors.read(gated ? "b_gate" : "b_enc", latents),
                tensors.read("W_dec", latents, spec.outputs()),
                tensors.read(tensors.has("b_dec_out") ? "b_dec_out" : "b_dec", spec.outputs()),
                architecture.startsWith("jumprelu") ? tensors.read("threshold", latents) : null,
                gated ? tensors.read("r_mag", latents) : null,
                gated ? tensors.read("b_mag", latents) : null,
                skips
                        ? SaeTensors.transposed(
                                tensors.read("W_skip", spec.outputs(), inputs),
                                spec.outputs(),
                                inputs)
                        : null);
    }

    private static void refuseScaling(SaeTensors tensors, int latents) {
        float[] scaling = tensors.optional("scaling_factor", latents);
        if (scaling != null) {
            for (float factor : scaling) {
                if (factor != 1) {
                    throw new InvalidSaeException(
                            "%s, tensor scaling_factor: %s, allowed is 1"
                                    .formatted(TENSORS, factor));
                }
            }
        }
    }

    /// Writes an SAE of the rules ReLU, JumpReLU, TopK or gated; the same SAE gives the same bytes.
    public static void write(Path folder, SaeSpec spec, SaeWeights weights) {
        weights.check(spec);
        String architecture = architecture(spec, weights);
        long inputs = spec.inputs();
        long latents = spec.latents();
        List<NamedTensor> tensors = new ArrayList<>();
        boolean gated = spec.rule() instanceof Rule.Gated;
        add(tensors, "W_dec", weights.decoder(), latents, inputs);
        add(tensors, "W_enc", weights.encoder(), inputs, latents);
        add(tensors, "b_dec", weights.decoderBias(), inputs);
        add(tensors, gated ? "b_gate" : "b_enc", weights.encoderBias(), latents);
        add(tensors, "b_mag", weights.gateBias(), latents);
        add(tensors, "r_mag", weights.gateLog(), latents);
        add(tensors, "threshold", weights.threshold(), latents);
        try {
            Files.createDirectories(folder);
            SafetensorsWriter.write(folder.resolve(TENSORS), Map.of("format", "pt"), tensors);
            String json = JSON.writeValueAsString(config(spec, architecture)) + "\n";
            AtomicFile.write(folder.resolve(CONFIG), json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(folder.getFileName()), e);
        }
    }

    private static String architecture(SaeSpec spec, SaeWeights weights) {
        if (weights.skip() != null || spec.inputs() != spec.outputs()) {
            throw new InvalidSaeException("transcoders are read, not written");
        }
        return switch (spec.rule()) {
            case Rule.Relu _ -> "standard";
            case Rule.JumpRelu _ -> "jumprelu";
            case Rule.TopK _ -> "topk";
            case Rule.Gated _ -> "gated";
            case Rule.GroupMax _ ->
                    throw new InvalidSaeException("SAELens has no architecture for group maxima");
        };
    }

    private static ObjectNode config(SaeSpec spec, String architecture) {
        ObjectNode config = JSON.createObjectNode();
        config.put("d_in", spec.inputs())
                .put("d_sae", spec.latents())
                .put("dtype", "float32")
                .put("device", "cpu")
                .put("apply_b_dec_to_input", spec.centred())
                .put("normalize_activations", spec.normalization().saeLens())
                .put("reshape_activations", "none");
        if (spec.rule() instanceof Rule.TopK top) {
            config.put("k", top.k()).put("rescale_acts_by_decoder_norm", top.rescaled());
        }
        config.putObject("metadata")
                .put("sae_lens_version", VERSION)
                .put("sae_lens_training_version", VERSION)
                .put("model_name", spec.model())
                .put("hook_name", spec.hook())
                .putNull("hook_head_index")
                .put("prepend_bos", true);
        return config.put("architecture", architecture);
    }

    private static void add(
            List<NamedTensor> tensors, String name, float @Nullable [] values, Long... shape) {
        if (values != null) {
            tensors.add(NamedTensor.ofFloats(name, DType.F32, List.of(shape), values));
        }
    }
}
