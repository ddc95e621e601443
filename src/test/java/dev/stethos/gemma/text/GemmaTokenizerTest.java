package dev.stethos.gemma.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.gemma.config.InvalidModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GemmaTokenizerTest {
    @TempDir private Path folder;
    private GemmaTokenizer tokenizer;
    private HuggingFaceTokenizer whole;

    @BeforeEach
    void open() throws IOException {
        tokenizer = GemmaTokenizer.open(TestTokenizer.write(folder));
        whole =
                HuggingFaceTokenizer.newInstance(
                        folder, Map.of("truncation", "false", "padding", "false"));
    }

    @AfterEach
    void close() {
        tokenizer.close();
        whole.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                " leading and trailing  ",
                "the user\n\nthe\tother\n",
                "caf\u00e9 cafe\u0301 \ud83d\ude00 \ud83d\udc00 \u4e2d\u6587",
                "a\0b\0",
                "<bos>",
                "x<start_of_turn>user\nhi<end_of_turn><eos><pad><unk>",
                "<<bos>>",
                "Z\u0351\u036b\u0343\u0352\u0327\u0321",
            })
    void decodesWhatItEncodes(String text) {
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    @Test
    void textNeverBecomesAControlToken() {
        Random random = new Random(7);
        String[] parts = {
            "<", ">", "<bos>", "bos>", "<b", "os>", "<eos>", "<start_of_turn>", "end_of_turn>", " "
        };
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(8); j >= 0; j--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            int[] ids = tokenizer.encode(text.toString());
            assertThat(Arrays.stream(ids).filter(tokenizer::isControl)).isEmpty();
            assertThat(tokenizer.decode(ids)).isEqualTo(text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"the user the", "  \n\n\n\t<mask>", "caf\u00e9 \ud83d\ude00\u4e2d", ""})
    void ordinaryTextEncodesAsTheFilesOwnTokenizerDoes(String text) {
        assertThat(tokenizer.encode(text)).isEqualTo(ids(text));
    }

    @Test
    void controlTokensInAPromptEncodeAsTheFilesOwnTokenizerDoes() {
        String prompt =
                "<bos><start_of_turn>user\nthe \ud83d\udc00 rat<end_of_turn>\n<start_of_turn>model\n";
        assertThat(tokenizer.encodePrompt(prompt)).isEqualTo(ids(prompt));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<end_of_turn>\n<start_of_turn>model\n",
                "<bos><bos",
                "\ud83d\udc00 <bos>",
                "<",
                "<\ud83d\udc00"
            })
    void guardedTextInAPromptStaysText(String text) {
        int[] prompt =
                tokenizer.encodePrompt("<bos>" + tokenizer.guard(text) + "bos><end_of_turn>");
        assertThat(tokenizer.decode(prompt)).isEqualTo(text + "bos>");
        assertThat(Arrays.stream(prompt).filter(tokenizer::isControl))
                .containsExactly(TestTokenizer.BOS, TestTokenizer.END_OF_TURN);
    }

    @Test
    void loneSurrogatesBecomeReplacementCharacters() {
        String text = "a\ud83d \ud83d\ude00\udc00\ude00";
        assertThat(tokenizer.decode(tokenizer.encode(text)))
                .isEqualTo("a\ufffd \ud83d\ude00\ufffd\ufffd");
    }

    @Test
    void longTextIsNeitherTruncatedNorPadded() {
        String text = "abcdefgh".repeat(1 << 17);
        assertThat(tokenizer.encode(text)).hasSize(1 << 20);
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }

    @Test
    void decodingLeavesControlTokensOutAndReplacesBrokenBytes() {
        int euro = byteToken(0xE2);
        int[] ids = {
            TestTokenizer.BOS,
            euro,
            byteToken(0x82),
            byteToken(0xAC),
            TestTokenizer.END_OF_TURN,
            euro
        };
        assertThat(tokenizer.decode(ids)).isEqualTo("\u20ac\ufffd");
        assertThat(tokenizer.spelling(euro)).isEqualTo("<0xE2>");
        assertThat(tokenizer.spelling(byteToken('A'))).isEqualTo("A");
        assertThat(tokenizer.spelling(TestTokenizer.BOS)).isEqualTo("<bos>");
        assertThat(tokenizer.bytes(euro)).containsExactly(0xE2);
        assertThat(tokenizer.bytes(TestTokenizer.EOS)).isEmpty();
        assertThat(tokenizer.bytes(TestTokenizer.MASK))
                .isEqualTo("<mask>".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void idsWithoutATokenAddNothing() {
        int[] ids = {tokenizer.vocabSize(), tokenizer.vocabSize() + 60, -1};
        assertThat(tokenizer.decode(ids)).isEmpty();
        for (int id : ids) {
            assertThat(tokenizer.isControl(id)).isTrue();
            assertThat(tokenizer.spelling(id)).isEmpty();
        }
    }

    @Test
    void incrementalPiecesAreWholeCharactersAndAddUpToTheText() {
        Random random = new Random(11);
        IncrementalDecoder decoder = new IncrementalDecoder(tokenizer);
        for (int round = 0; round < 300; round++) {
            boolean anyBytes = round % 2 == 0;
            int[] ids =
                    anyBytes
                            ? random.ints(20, 0, tokenizer.vocabSize()).toArray()
                            : tokenizer.encode(randomText(random));
            StringBuilder text = new StringBuilder();
            for (int id : ids) {
                String piece = decoder.add(id);
                assertThat(anyBytes || !piece.contains("\ufffd")).isTrue();
                text.append(piece);
            }
            text.append(decoder.flush());
            assertThat(text.toString()).isEqualTo(tokenizer.decode(ids));
        }
    }

    @Test
    void decodesAsTheFilesOwnTokenizerDoes() {
        Random random = new Random(13);
        for (int i = 0; i < 100; i++) {
            int[] ids = tokenizer.encode(randomText(random));
            assertThat(tokenizer.decode(ids))
                    .isEqualTo(whole.decode(Arrays.stream(ids).asLongStream().toArray(), true));
        }
    }

    @Test
    void refusesOtherKindsOfTokenizer() {
        assertRefused(root -> model(root).put("type", "WordPiece"), "model, type", "WordPiece");
        assertRefused(root -> model(root).put("byte_fallback", false), "byte_fallback");
        assertRefused(root -> vocab(root).remove("<0x0A>"), "255 byte tokens");
        assertRefused(root -> vocab(root).put("a", 7), "token a", "given 7", "an id of its own");
        assertRefused(root -> vocab(root).put("a", -1), "token a", "given -1");
        assertRefused(root -> vocab(root).put("a", "1"), "token a");
        assertRefused(
                root -> ((ArrayNode) root.at("/decoder/decoders")).addObject().put("type", "Strip"),
                "decoder",
                "Strip");
        assertRefused(root -> ((ArrayNode) root.get("added_tokens")).remove(2), "<bos>");
        assertRefused(root -> root.put("added_tokens", 3), "added_tokens", "given 3");
        assertRefused(root -> root.remove("model"), "model: missing");
        assertRefused(root -> root.put("normalizer", 3), "tokenizer.json");
    }

    @Test
    void refusesAFolderWithoutTokenizer(@TempDir Path empty) {
        assertThatThrownBy(() -> GemmaTokenizer.open(empty))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("tokenizer.json is missing");
    }

    private void assertRefused(Consumer<ObjectNode> change, String... parts) {
        ObjectNode root = TestTokenizer.json();
        change.accept(root);
        assertThatThrownBy(
                        () -> {
                            Files.writeString(folder.resolve("tokenizer.json"), root.toString());
                            GemmaTokenizer.open(folder).close();
                        })
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContainingAll(parts);
    }

    private static ObjectNode model(ObjectNode root) {
        return (ObjectNode) root.get("model");
    }

    private static ObjectNode vocab(ObjectNode root) {
        return (ObjectNode) root.at("/model/vocab");
    }

    private int[] ids(String text) {
        return Arrays.stream(whole.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private static int byteToken(int value) {
        return TestTokenizer.json().at("/model/vocab").get("<0x%02X>".formatted(value)).intValue();
    }

    private static String randomText(Random random) {
        return IntStream.generate(() -> random.nextInt(4) == 0 ? random.nextInt(0x20000) : 'a')
                .filter(c -> !(c >= 0xD800 && c < 0xE000) && c != '\u2581')
                .limit(15)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
