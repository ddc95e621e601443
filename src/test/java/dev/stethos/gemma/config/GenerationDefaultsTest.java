package dev.stethos.gemma.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationDefaultsTest {
    @TempDir private Path folder;

    @BeforeEach
    void writeConfig() throws IOException {
        write("config.json", "{\"eos_token_id\": [1, 106]}");
    }

    @Test
    void readsGemmasFile() throws IOException {
        write(
                "generation_config.json",
                """
                {"bos_token_id": 2, "cache_implementation": "hybrid", "do_sample": true,
                 "eos_token_id": [1, 106], "pad_token_id": 0, "top_k": 64, "top_p": 0.95}
                """);
        assertThat(GenerationDefaults.read(folder))
                .isEqualTo(new GenerationDefaults(1, 64, 0.95, Set.of(1, 106)));
    }

    @Test
    void aFileThatDoesNotSampleIsGreedy() throws IOException {
        write("generation_config.json", "{\"do_sample\": false, \"temperature\": 0.7}");
        assertThat(GenerationDefaults.read(folder).temperature()).isZero();
    }

    @Test
    void withoutAFileEndsWhereTheConfigSays() throws IOException {
        assertThat(GenerationDefaults.read(folder))
                .isEqualTo(new GenerationDefaults(1, 0, 1, Set.of(1, 106)));
        write("config.json", "{\"text_config\": {\"eos_token_id\": 7}}");
        assertThat(GenerationDefaults.read(folder).eosIds()).containsExactly(7);
        write("config.json", "{}");
        assertThat(GenerationDefaults.read(folder).eosIds()).containsExactly(1);
    }

    @Test
    void aSingleEndIdOverridesTheConfigs() throws IOException {
        write("generation_config.json", "{\"eos_token_id\": 106}");
        assertThat(GenerationDefaults.read(folder).eosIds()).containsExactly(106);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"temperature\": -1} | temperature: given -1.0, allowed 0 or more",
                "{\"top_k\": -1} | top_k: given -1",
                "{\"top_p\": 0} | top_p: given 0.0",
                "{\"top_p\": 1.5} | top_p: given 1.5",
                "{\"eos_token_id\": []} | eos_token_id: given none",
                "{\"eos_token_id\": [\"1\"]} | eos_token_id: given \"1\"",
                "{\"eos_token_id\": -1} | eos_token_id: given [-1]",
                "{\"do_sample\": 1} | do_sample: given 1, allowed true or false",
            })
    void refusesValuesOutOfRange(String json, String message) throws IOException {
        write("generation_config.json", json);
        assertThatThrownBy(() -> GenerationDefaults.read(folder))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("generation_config.json, ")
                .hasMessageContaining(message);
    }

    private void write(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json);
    }
}
