package dev.stethos.edit.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoraConfigTest {
    private static final String Q = "model.layers.3.self_attn.q_proj";
    private static final String UP = "model.layers.3.mlp.up_proj";

    private static LoraConfig read(String more) {
        String json =
                "{\"peft_type\": \"LORA\", \"r\": 16, \"lora_alpha\": 8, \"bias\": \"none\", \"lora_dropout\": 0.1,"
                        + " \"target_modules\": [\"q_proj\"], \"use_dora\": false, \"modules_to_save\": null"
                        + (more.isEmpty() ? "" : ", " + more)
                        + "}";
        return LoraConfig.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void scaleIsAlphaOverRank() {
        assertThat(read("").scale(Q)).isEqualTo(0.5);
        assertThat(read("").rank(Q)).isEqualTo(16);
    }

    @Test
    void rankStabilisedScaleIsAlphaOverTheRootOfRank() {
        assertThat(read("\"use_rslora\": true").scale(Q)).isEqualTo(2);
    }

    @Test
    void patternsReplaceRankAndAlphaOfTheModulesThatTheyEnd() {
        LoraConfig config =
                read(
                        "\"rank_pattern\": {\"q_proj\": 4, \"self_attn.q_proj\": 2}, \"alpha_pattern\": {\"layers\\\\.[0-5]\\\\.mlp\\\\.up_proj\": 32}, \"use_rslora\": true");
        assertThat(config.rank(Q)).isEqualTo(4);
        assertThat(config.scale(Q)).isEqualTo(4);
        assertThat(config.rank(UP)).isEqualTo(16);
        assertThat(config.scale(UP)).isEqualTo(8);
        assertThat(config.scale("model.layers.7.mlp.up_proj")).isCloseTo(2, within(0.0));
        assertThat(config.rank("model.layers.3.self_attn.q_proj_more")).isEqualTo(16);
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        byte[] garbled = {'{', 0, 0, 0, 0, 0, -1, 127};
        assertThatThrownBy(() -> LoraConfig.read(garbled))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not JSON");
    }

    @Test
    void layersMayBeOneOrMany() {
        assertThat(read("\"layers_to_transform\": 3").layers()).containsExactly(3);
        assertThat(read("\"layers_to_transform\": [1, 3]").layers()).containsExactly(1, 3);
        assertThat(read("\"layers_to_transform\": null").layers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"x\": {\"use_dora\": true}|x {\"use_dora\":true}: it is unknown",
                "\"lora_bias\": true|lora_bias true: biases are not part of Gemma 3",
                "\"fan_in_fan_out\": true|fan_in_fan_out true: the base's weights are not transposed",
                "\"init_lora_weights\": \"pissa\"|takes part of the base's weights into the adapter",
                "\"layers_to_transform\": [\"a\"]|allowed are layer numbers",
                "\"rank_pattern\": {\"q_proj\": 0}|'q_proj' is 0, allowed are numbers by module",
                "\"alpha_pattern\": {\"(\": 1}|alpha_pattern: '(' is not an expression",
                "\"r\": 4|not JSON: Duplicate",
                "\"trainable_token_indices\": [1]|embedding rows are trained beside the adapter",
            })
    void refusesWhatIsNotAPlainLora(String field, String message) {
        assertThatThrownBy(() -> read(field))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("adapter_config.json: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"r\": 2, \"lora_alpha\": 2, \"use_dora\": true}|use_dora true: DoRA rescales whole weights",
                "{\"r\": 2, \"lora_alpha\": 2, \"bias\": \"all\"}|bias \"all\": biases are not part",
                "{\"r\": 2, \"lora_alpha\": 2, \"modules_to_save\": [\"lm_head\"]}|modules_to_save [\"lm_head\"]: whole modules",
                "{\"r\": 2, \"lora_alpha\": 2, \"peft_type\": \"IA3\"}|peft_type \"IA3\", allowed is LORA",
                "{\"r\": 0, \"lora_alpha\": 2}|r 0, allowed is a whole number from 1",
                "{\"r\": 2}|lora_alpha , allowed is a number",
                "[1]|it is not an object",
            })
    void refusesWholeConfigurations(String json, String message) {
        assertThatThrownBy(() -> LoraConfig.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
