package dev.stethos.lab.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.activations.Activations;
import dev.stethos.torch.Tensor;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaeFormatTest {
    private static final int D = 6;
    private static final int F = 20;
    private static final Offset<Double> CLOSE = Offset.offset(1e-5);

    @TempDir private Path folder;
    private final Random random = new Random(3);
    private final List<NamedTensor> tensors = new ArrayList<>();

    private float[] add(String name, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * 0.5);
        }
        tensors.add(
                NamedTensor.ofFloats(
                        name, DType.F32, Arrays.stream(shape).boxed().toList(), values));
        return values;
    }

    private void write(String config, String configFile, String tensorsFile) throws IOException {
        Files.writeString(folder.resolve(configFile), config);
        SafetensorsWriter.write(folder.resolve(tensorsFile), Map.of(), tensors);
    }

    private SaeSpec spec(Rule rule, boolean centred, Normalization normalization) {
        return new SaeSpec(D, F, D, rule, centred, normalization, null, null);
    }

    /// Opens the folder and compares with the oracle on random rows.
    private void assertRuns(SaeSpec expected, SaeWeights weights) {
        try (Sae sae = SaeFolder.open(folder)) {
            assertThat(sae.spec().rule()).isEqualTo(expected.rule());
            assertThat(sae.spec().centred()).isEqualTo(expected.centred());
            assertThat(sae.spec().normalization()).isEqualTo(expected.normalization());
            PlainSae oracle = new PlainSae(expected, weights);
            float[] values = new float[1100 * expected.inputs()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            Activations rows = new Activations(expected.inputs(), values);
            Activations z = sae.encode(rows);
            Activations y = sae.reconstruct(rows);
            int firing = 0;
            for (int row = 0; row < rows.rows(); row += 13) {
                double[] x = new double[expected.inputs()];
                for (int i = 0; i < x.length; i++) {
                    x[i] = rows.at(row, i);
                }
                double[] latents = oracle.encode(x);
                double[] made = oracle.reconstruct(x);
                for (int f = 0; f < latents.length; f++) {
                    assertThat((double) z.at(row, f)).isCloseTo(latents[f], CLOSE);
                    firing += latents[f] > 0 ? 1 : 0;
                }
                for (int o = 0; o < made.length; o++) {
                    assertThat((double) y.at(row, o)).isCloseTo(made[o], CLOSE);
                }
            }
            assertThat(firing).isPositive();
        }
    }

    private String saeLens(String architecture, String more) {
        return """
        {"d_in": %d, "d_sae": %d, "dtype": "float32", "architecture": "%s"%s,
         "metadata": {"sae_lens_version": "6.18.0", "model_name": "gemma", "hook_name": "h"}}
        """
                .formatted(D, F, architecture, more);
    }

    @Test
    void readsGemmaScopeWithoutCentring() throws IOException {
        SaeWeights weights =
                SaeWeights.plain(
                        add("w_enc", D, F),
                        add("b_enc", F),
                        add("w_dec", F, D),
                        add("b_dec", D),
                        add("threshold", F));
        write(
                """
                {"hf_hook_point_in": "model.layers.5.output", "width": 20, "type": "sae",
                 "model_name": "google/gemma-3-4b-it", "architecture": "jump_relu", "l0": 30}
                """,
                "config.json",
                "params.safetensors");
        assertRuns(spec(new Rule.JumpRelu(), false, Normalization.NONE), weights);
        try (Sae sae = SaeFolder.open(folder)) {
            assertThat(sae.spec().hook()).isEqualTo("model.layers.5.output");
        }
    }

    @Test
    void readsGemmaScopeTranscodersWithTheirSkip() throws IOException {
        SaeWeights weights =
                new SaeWeights(
                        add("w_enc", D, F),
                        add("b_enc", F),
                        add("w_dec", F, D + 1),
                        add("b_dec", D + 1),
                        add("threshold", F),
                        null,
                        null,
                        add("affine_skip_connection", D, D + 1));
        write(
                "{\"width\": 20, \"type\": \"transcoder\", \"affine_connection\": true}",
                "config.json",
                "params.safetensors");
        SaeSpec spec =
                new SaeSpec(
                        D, F, D + 1, new Rule.JumpRelu(), false, Normalization.NONE, null, null);
        assertRuns(spec, weights);
    }

    @Test
    void readsSaeLensStandardInEveryNormalization() throws IOException {
        SaeWeights weights = saeLensWeights(null);
        for (Normalization normalization : Normalization.values()) {
            write(
                    saeLens(
                            "standard",
                            ", \"normalize_activations\": \"" + normalization.saeLens() + "\""),
                    "cfg.json",
                    "sae_weights.safetensors");
            assertRuns(spec(new Rule.Relu(), true, normalization), weights);
        }
    }

    private SaeWeights saeLensWeights(@Nullable String threshold) {
        return SaeWeights.plain(
                add("W_enc", D, F),
                add("b_enc", F),
                add("W_dec", F, D),
                add("b_dec", D),
                threshold == null ? null : add(threshold, F));
    }

    @Test
    void readsSaeLensJumpRelu() throws IOException {
        SaeWeights weights = saeLensWeights("threshold");
        write(
                saeLens("jumprelu", ", \"apply_b_dec_to_input\": false"),
                "cfg.json",
                "sae_weights.safetensors");
        assertRuns(spec(new Rule.JumpRelu(), false, Normalization.NONE), weights);
    }

    @Test
    void readsSaeLensTopKRescaledOrNot() throws IOException {
        SaeWeights weights = saeLensWeights(null);
        for (boolean rescaled : List.of(false, true)) {
            write(
                    saeLens("topk", ", \"k\": 4, \"rescale_acts_by_decoder_norm\": " + rescaled),
                    "cfg.json",
                    "sae_weights.safetensors");
            assertRuns(spec(new Rule.TopK(4, rescaled), true, Normalization.NONE), weights);
        }
    }

    @Test
    void readsSaeLensGated() throws IOException {
        SaeWeights weights =
                new SaeWeights(
                        add("W_enc", D, F),
                        add("b_gate", F),
                        add("W_dec", F, D),
                        add("b_dec", D),
                        null,
                        add("r_mag", F),
                        add("b_mag", F),
                        null);
        write(saeLens("gated", ""), "cfg.json", "sae_weights.safetensors");
        assertRuns(spec(new Rule.Gated(), true, Normalization.NONE), weights);
    }

    @Test
    void readsOlderSaeLens() throws IOException {
        SaeWeights weights = saeLensWeights(null);
        float[] ones = new float[F];
        Arrays.fill(ones, 1);
        tensors.add(NamedTensor.ofFloats("scaling_factor", DType.F32, List.of((long) F), ones));
        write(
                """
                {"d_in": 6, "d_sae": 20, "activation_fn_str": "topk", "hook_point": "blocks.3",
                 "activation_fn_kwargs": {"k": 3}, "normalize_activations": true}
                """,
                "cfg.json",
                "sae_weights.safetensors");
        assertRuns(spec(new Rule.TopK(3, false), true, Normalization.NONE), weights);
        try (Sae sae = SaeFolder.open(folder)) {
            assertThat(sae.spec().hook()).isEqualTo("blocks.3");
        }
    }

    @Test
    void readsSparsifyWithSkipAndGroups() throws IOException {
        float[] encoder = add("encoder.weight", F, D);
        float[] bias = add("encoder.bias", F);
        float[] decoder = add("W_dec", F, D);
        float[] decoderBias = add("b_dec", D);
        float[] skip = SaeTensors.transposed(add("W_skip", D, D), D, D);
        float[] turned = SaeTensors.transposed(encoder, F, D);
        SaeWeights plain = SaeWeights.plain(turned, bias, decoder, decoderBias, null);
        write("{\"d_in\": 6, \"num_latents\": 20, \"k\": 4}", "cfg.json", "sae.safetensors");
        assertRuns(spec(new Rule.TopK(4, false), true, Normalization.NONE), plain);
        write(
                """
                {"d_in": 6, "num_latents": 20, "k": 5, "activation": "groupmax",
                 "transcode": true, "skip_connection": true}
                """,
                "cfg.json",
                "sae.safetensors");
        assertRuns(
                spec(new Rule.GroupMax(5), false, Normalization.NONE),
                new SaeWeights(turned, bias, decoder, decoderBias, null, null, null, skip));
    }

    @Test
    void whatIsWrittenIsReadBackWithTheSameBytes() throws IOException {
        SaeWeights weights = saeLensWeights("threshold");
        SaeSpec jump =
                new SaeSpec(
                        D, F, D, new Rule.JumpRelu(), true, Normalization.STANDARD, "m", "h");
        SaeSpec top = spec(new Rule.TopK(2, false), false, Normalization.NONE);
        SaeWeights plain =
                SaeWeights.plain(
                        weights.encoder(),
                        weights.encoderBias(),
                        weights.decoder(),
                        weights.decoderBias(),
                        null);
        SaeLens.write(folder.resolve("jump"), jump, weights);
        SaeLens.write(folder.resolve("top"), top, plain);
        try (Sae first = SaeFolder.open(folder.resolve("jump"));
                Sae second = SaeFolder.open(folder.resolve("top"))) {
            assertThat(first.spec()).isEqualTo(jump);
            assertThat(first.weights().threshold()).isEqualTo(weights.threshold());
            assertThat(second.spec().rule()).isEqualTo(top.rule());
            assertThat(second.weights().decoder()).isEqualTo(weights.decoder());
            SaeLens.write(folder.resolve("again"), first.spec(), first.weights());
        }
        for (String file : List.of("cfg.json", "sae_weights.safetensors")) {
            assertThat(Files.readAllBytes(folder.resolve("again").resolve(file)))
                    .isEqualTo(Files.readAllBytes(folder.resolve("jump").resolve(file)));
        }
    }

    @Test
    void refusesWhatItCannotRun() throws IOException {
        assertThatThrownBy(() -> SaeFolder.open(folder))
                .isInstanceOf(InvalidSaeException.class)
                .hasMessageContaining("params.safetensors, sae_weights.safetensors");
        SaeWeights _ = saeLensWeights(null);
        assertRefused(saeLens("crosscoder", ""), "architecture: given \"crosscoder\"");
        assertRefused(saeLens("topk", ", \"k\": 21"), "k of 21, allowed 1 to 20");
        assertRefused(saeLens("topk", ""), "k: given nothing, allowed an integer");
        assertRefused(saeLens("jumprelu", ""), "threshold");
        assertRefused(
                saeLens("standard", ", \"activation_fn\": \"tanh-relu\""), "\"tanh-relu\"");
        assertRefused(
                saeLens("standard", "").replace("\"d_sae\": 20", "\"d_sae\": 21"),
                "tensor W_enc: shape [6, 20], the configuration gives [6, 21]");
        assertRefused(
                saeLens("standard", ", \"normalize_activations\": \"batch\""),
                "normalize_activations: given \"batch\"");
        assertRefused("[]", "cfg.json: not a JSON object");
        assertRefused("{", "cfg.json: not JSON");
    }

    private void assertRefused(String config, String message) throws IOException {
        write(config, "cfg.json", "sae_weights.safetensors");
        long before = Tensor.liveCount();
        assertThatThrownBy(() -> SaeFolder.open(folder)).hasMessageContaining(message);
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void refusesRowsOfAnotherWidth() throws IOException {
        SaeWeights _ = saeLensWeights(null);
        write(saeLens("standard", ""), "cfg.json", "sae_weights.safetensors");
        try (Sae sae = SaeFolder.open(folder)) {
            assertThatThrownBy(() -> sae.encode(new Activations(5, new float[10])))
                    .hasMessage("activations of width 5, the SAE takes 6");
        }
    }
}
