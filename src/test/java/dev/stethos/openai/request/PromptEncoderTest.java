package dev.stethos.openai.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.text.ChatTemplate;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.gemma.text.TestTokenizer;
import dev.stethos.web.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PromptEncoderTest {
    private static final int CONTEXT = 40;

    @SuppressWarnings("NullAway.Init")
    private GemmaTokenizer tokenizer;

    @SuppressWarnings("NullAway.Init")
    private PromptEncoder encoder;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        tokenizer = GemmaTokenizer.open(TestTokenizer.write(folder));
        try (InputStream template =
                Objects.requireNonNull(
                        getClass().getResourceAsStream("/gemma/chat_template.jinja"))) {
            Files.copy(template, folder.resolve("chat_template.jinja"));
        }
        encoder = new PromptEncoder(tokenizer, ChatTemplate.read(folder, tokenizer), CONTEXT);
    }

    @AfterAll
    void close() {
        tokenizer.close();
    }

    @Test
    void textStartsWithTheBeginningTokenOnce() {
        int[] prompt = text("the <bos>");

        assertThat(prompt[0]).isEqualTo(tokenizer.bos());
        assertThat(prompt).containsOnlyOnce(tokenizer.bos());
        assertThat(tokenizer.decode(prompt)).isEqualTo("the <bos>");
    }

    @Test
    void tokensAreTakenAsTheyAre() {
        int[] text = text("the");
        List<Integer> ids = Arrays.stream(text).boxed().toList();

        assertThat(encoder.encode(new CompletionPrompt.Tokens(List.of(ids)), 1))
                .containsExactly(text);
    }

    @Test
    void refusesTokensOutsideTheVocabulary() {
        int size = tokenizer.vocabSize();

        refuses(() -> encoder.tokens("prompt", List.of(1, -1)), "prompt[1]", "invalid_value");
        refuses(() -> encoder.tokens("prompt", List.of(size)), "prompt[0]", "invalid_value");
        refuses(() -> encoder.tokens("prompt", List.of()), "prompt", "invalid_value");
    }

    @Test
    void refusesTextThatNoUtf8CanHold() {
        refuses(() -> text("a\ud800"), "prompt", "invalid_value");
        refuses(() -> text("\udc00a"), "prompt", "invalid_value");
        refuses(() -> text("\ud83d\ud83d\ude00"), "prompt", "invalid_value");
        assertThat(tokenizer.decode(text("a\ud83d\ude00\u0000"))).isEqualTo("a\ud83d\ude00\u0000");
    }

    @Test
    void refusesTextThatCannotFitBeforeItIsTokenised() {
        refuses(() -> text("a".repeat(1_000_000)), "prompt", "context_length_exceeded");
        ChatTemplate.Message huge = new ChatTemplate.Message("user", "a".repeat(1_000_000));
        refuses(
                () -> encoder.chat(List.of(huge), true),
                "messages[0].content",
                "context_length_exceeded");
        ChatTemplate.Message half = new ChatTemplate.Message("user", "a".repeat(200));
        refuses(
                () -> encoder.chat(Collections.nCopies(CONTEXT, half), true),
                "messages",
                "context_length_exceeded");
        ChatTemplate.Message small = new ChatTemplate.Message("user", "a");
        refuses(
                () -> encoder.chat(Collections.nCopies(CONTEXT + 1, small), true),
                "messages",
                "context_length_exceeded");
    }

    @Test
    void namesThePromptAtFaultAmongSeveral() {
        refuses(
                () -> encoder.encode(new CompletionPrompt.Texts(List.of("a", "")), 2),
                "prompt[1]",
                "invalid_value");
        refuses(
                () -> encoder.encode(new CompletionPrompt.Texts(List.of("a", "b")), 1),
                "prompt",
                "invalid_value");
        refuses(() -> encoder.encode(null, 1), "prompt", "missing_required_parameter");
    }

    @Test
    void refusesWhatTheTemplateRefuses() {
        ChatTemplate.Message user = new ChatTemplate.Message("user", "a");

        refuses(() -> encoder.chat(List.of(user, user), true), "messages", "invalid_value");
    }

    @Test
    void roomIsWhatWasAskedForOrWhatIsLeft() {
        assertThat(encoder.room("prompt", 10, 30, 16)).isEqualTo(30);
        assertThat(encoder.room("prompt", 10, null, 16)).isEqualTo(16);
        assertThat(encoder.room("prompt", 30, null, 16)).isEqualTo(10);
        assertThat(encoder.room("prompt", CONTEXT, 0, 16)).isZero();
    }

    @Test
    void refusesWhatDoesNotFitTheContextWithItsNumbers() {
        refuses(() -> encoder.room("prompt", 40, null, 16), "prompt", "context_length_exceeded");
        refuses(() -> encoder.room("prompt", 41, 0, 16), "prompt", "context_length_exceeded");
        assertThatThrownBy(() -> encoder.room("prompt", 10, 31, 16))
                .hasMessageContainingAll("40 tokens", "41 were asked for", "up to 30");
        assertThatThrownBy(() -> encoder.room("prompt", 10, Integer.MAX_VALUE, 16))
                .hasMessageContaining("2147483657");
    }

    private int[] text(String text) {
        return encoder.text("prompt", text, true);
    }

    private static void refuses(ThrowingCallable call, String param, String code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> {
                            assertThat(refusal.status()).isEqualTo(400);
                            assertThat(refusal.body().error().param()).isEqualTo(param);
                            assertThat(refusal.body().error().code()).isEqualTo(code);
                        });
    }
}
