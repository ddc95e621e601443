package dev.stethos.gemma.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.stethos.gemma.config.ConfigFuzzTest;
import dev.stethos.gemma.config.InvalidModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are either a `tokenizer.json` by which no text becomes a control token, or refused.
/// The seeds are replayed in every run; with `JAZZER_FUZZ=1` in the environment Jazzer searches on
/// from them.
final class TokenizerFuzzTest {
    private static final String TEXT =
            "the <bos> user <eos>\n\n  \u00e9\ud83d\ude00<start_of_turn>";

    @TempDir private static Path folder;

    static Stream<Arguments> seeds() throws IOException {
        String valid = Files.readString(TestTokenizer.write(folder).resolve("tokenizer.json"));
        return Stream.of(
                        valid,
                        valid.replace("\"special\":true", "\"special\":\"true\""),
                        valid.replace("\"merges\"", "\"merge\""),
                        valid.replace("\"type\":\"BPE\"", "\"type\":\"WordPiece\""),
                        valid.replace("[\"t\",\"h\"]", "[\"t\"]"),
                        valid.replace("\"<0x00>\"", "\"<0x0>\""),
                        valid.replaceFirst("\"id\":2,", "\"id\":16777215,"),
                        valid.substring(0, valid.length() / 2),
                        "{\"model\":{\"vocab\":[]}}")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
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
        Files.write(folder.resolve("tokenizer.json"), bytes);
        try (GemmaTokenizer tokenizer = GemmaTokenizer.open(folder)) {
            for (int id : tokenizer.encode(TEXT)) {
                assertThat(tokenizer.isControl(id)).as("token " + id).isFalse();
            }
            int[] prompt = tokenizer.encodePrompt("<bos>" + tokenizer.guard(TEXT));
            assertThat(IntStream.of(prompt).filter(tokenizer::isControl))
                    .containsExactly(tokenizer.bos());
        } catch (InvalidModelException e) {
            ConfigFuzzTest.requireOneLine(e);
        }
    }
}
