package dev.stethos.gemma.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Gemma3ConfigTest {
    /// The text part of google/gemma-3-4b-it's file, whose other fields are defaults.
    static final String FOUR_B =
            """
            {"model_type": "gemma3", "eos_token_id": [1, 106], "torch_dtype": "bfloat16",
             "vision_config": {"hidden_size": 1152, "model_type": "siglip_vision_model"},
             "text_config": {"hidden_size": 2560, "intermediate_size": 10240,
                "model_type": "gemma3_text", "num_hidden_layers": 34,
                "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024}}
            """;

    @TempDir private Path folder;

    @Test
    void readsTheTextPartOfAMultimodalFile() throws IOException {
        Gemma3Config config = read(FOUR_B);
        assertThat(config)
                .isEqualTo(
                        new Gemma3Config(
                                34,
                                2560,
                                10240,
                                8,
                                4,
                                256,
                                262_208,
                                131_072,
                                1024,
                                config.global(),
                                1e6,
                                1e4,
                                8,
                                256,
                                1e-6,
                                true));
        assertThat(IntStream.range(0, 34).filter(i -> config.global().get(i)))
                .containsExactly(5, 11, 17, 23, 29);
    }

    @Test
    void missingFieldsTakeTheDefaultsOfTransformers() throws IOException {
        Gemma3Config config = read("{\"model_type\": \"gemma3_text\"}");
        assertThat(config)
                .isEqualTo(
                        new Gemma3Config(
                                26,
                                2304,
                                9216,
                                8,
                                4,
                                256,
                                262_208,
                                131_072,
                                4096,
                                config.global(),
                                1e6,
                                1e4,
                                1,
                                256,
                                1e-6,
                                true));
    }

    @Test
    void readsLayerKindsInEverySpelling() throws IOException {
        List<Boolean> expected = List.of(false, true, false, true);
        assertThat(read("{\"num_hidden_layers\": 4, \"sliding_window_pattern\": 2}").global())
                .isEqualTo(expected);
        assertThat(read("{\"num_hidden_layers\": 4, \"_sliding_window_pattern\": 2}").global())
                .isEqualTo(expected);
        assertThat(
                        read("""
                        {"num_hidden_layers": 4, "sliding_window_pattern": 3,
                         "layer_types": ["sliding_attention", "full_attention",
                            "sliding_attention", "full_attention"]}
                        """)
                                .global())
                .isEqualTo(expected);
    }

    @Test
    void readsTheNewerSpellingOfRopeParameters() throws IOException {
        Gemma3Config config =
                read(
                        """
                        {"rope_parameters": {
                          "full_attention":
                            {"rope_type": "linear", "factor": 4.0, "rope_theta": 500000.0},
                          "sliding_attention": {"rope_type": "default", "rope_theta": 2000.0}}}
                        """);
        assertThat(config.ropeTheta()).isEqualTo(5e5);
        assertThat(config.ropeLocalTheta()).isEqualTo(2e3);
        assertThat(config.ropeFactor()).isEqualTo(4);
    }

    @Test
    void readsAnUntiedHead() throws IOException {
        assertThat(read("{\"tie_word_embeddings\": false}").tiedHead()).isFalse();
        assertThat(
                        read("""
                        {"model_type": "gemma3", "tie_word_embeddings": false,
                         "text_config": {}}
                        """)
                                .tiedHead())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model_type\": \"llama\"} | config.json, model_type: given \"llama\"",
                "{\"model_type\": \"gemma3\"} | text_config: missing",
                "{\"model_type\": \"gemma3\", \"text_config\": 3} | text_config: given 3",
                "{\"model_type\": \"gemma3\", \"text_config\": {\"model_type\": \"gemma2\"}}"
                        + " | text_config, model_type: given \"gemma2\"",
                "{\"quantization_config\": {\"bits\": 4}} | quantization_config: given an object",
                "{\"attn_logit_softcapping\": 50.0} | attn_logit_softcapping: given 50.0",
                "{\"final_logit_softcapping\": 30.0} | final_logit_softcapping: given 30.0",
                "{\"attention_bias\": true} | attention_bias: given true, allowed false",
                "{\"use_bidirectional_attention\": true} | use_bidirectional_attention",
                "{\"hidden_activation\": \"silu\"} | hidden_activation: given \"silu\"",
                "{\"layer_types\": [\"chunked\"]} | layer_types: given \"chunked\"",
                "{\"layer_types\": [\"full_attention\"]} | given 1 layers, allowed 26 layers",
                "{\"num_hidden_layers\": 0} | num_hidden_layers: given 0",
                "{\"num_hidden_layers\": 2147483647} | num_hidden_layers: given 2147483647",
                "{\"num_hidden_layers\": \"4\"} | num_hidden_layers: given \"4\", allowed a 32-bit",
                "{\"num_attention_heads\": 6} | heads: given 6, allowed a multiple of kvHeads, 4",
                "{\"head_dim\": 7} | headDim: given 7, allowed an even number",
                "{\"hidden_size\": -1} | hiddenSize: given -1",
                "{\"sliding_window\": 0} | slidingWindow: given 0",
                "{\"sliding_window_pattern\": 0} | sliding_window_pattern: given 0",
                "{\"rope_theta\": 0} | ropeTheta: given 0.0",
                "{\"rope_scaling\": {\"rope_type\": \"yarn\"}} | rope_type: given \"yarn\"",
                "{\"rope_scaling\": {\"type\": \"linear\"}} | rope_scaling, factor: missing",
                "{\"rms_norm_eps\": -1} | rmsNormEpsilon: given -1.0",
                "[1] | config.json: given an array",
                "{ | config.json is not valid JSON",
                "{\"head_dim\": 2, \"head_dim\": 4} | Duplicate field 'head_dim'",
            })
    void refusesWhatTheDecoderDoesNotDo(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAFolderWithoutConfig() {
        assertThatThrownBy(() -> Gemma3Config.read(folder.resolve("config.json")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("config.json is missing");
    }

    private Gemma3Config read(String json) throws IOException {
        return Gemma3Config.read(Files.writeString(folder.resolve("config.json"), json));
    }
}
