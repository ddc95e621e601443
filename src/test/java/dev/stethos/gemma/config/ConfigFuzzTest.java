package dev.stethos.gemma.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are either a `config.json` of a decoder that can be built and the defaults of its
/// generation, or refused. The seeds are replayed in every run; with `JAZZER_FUZZ=1` in the
/// environment Jazzer searches on from them.
public final class ConfigFuzzTest {
    /// Begins as UTF-32 does and goes on as nothing.
    private static final byte[] NOT_UTF_32 = {'{', 0, 0, 0, 0, 0, -1, 127};

    @TempDir private static Path folder;

    static Stream<Arguments> seeds() {
        return Stream.of(
                        Gemma3ConfigTest.FOUR_B,
                        "{\"model_type\":\"gemma3_text\",\"rope_parameters\":{\"full_attention\":{\"rope_theta\":1e6,\"rope_type\":\"linear\",\"factor\":8},\"sliding_attention\":{\"rope_theta\":1e4,\"rope_type\":\"default\"}}}",
                        "{\"layer_types\":[\"full_attention\",\"sliding_attention\"],\"num_hidden_layers\":2,\"eos_token_id\":[1]}",
                        "{\"layer_types\":5,\"temperature\":1e999,\"top_k\":-1,\"top_p\":0}",
                        "{\"sliding_window_pattern\":0,\"eos_token_id\":\"1\"}",
                        "{\"num_hidden_layers\":2147483647,\"a\":{\"a\":[[[]]]}}",
                        "nll\u001b[31m",
                        "[",
                        "")
                .flatMap(text ->
                        Stream.of(
                                text.getBytes(StandardCharsets.UTF_8),
                                (text + " ").getBytes(Charset.forName("UTF-32LE")),
                                NOT_UTF_32))
                .map(bytes -> Arguments.of((Object) bytes));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsOrRefusesSeeds(byte[] bytes) throws IOException {
        readOrRefuse(bytes);
    }

    @EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = ".+")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void readsOrRefusesAnything(byte[] bytes) throws IOException {
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("config.json"), bytes);
        Files.write(folder.resolve("generation_config.json"), bytes);
        try {
            Gemma3Config config = Gemma3Config.read(file);
            assertThat(config.global()).hasSize(config.layers());
        } catch (InvalidModelException e) {
            requireOneLine(e);
        }
        try {
            assertThat(GenerationDefaults.read(folder).eosIds()).doesNotContainNull();
        } catch (InvalidModelException e) {
            requireOneLine(e);
        }
    }

    public static void requireOneLine(InvalidModelException refusal) {
        assertThat(String.valueOf(refusal.getMessage()))
                .contains(".json")
                .doesNotContain("\n", "\r", "\u001b");
    }
}
