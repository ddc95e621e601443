package dev.stethos.openai.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.config.GenerationDefaults;
import dev.stethos.gemma.text.ChatTemplate;
import dev.stethos.gemma.text.GemmaTokenizer;
import dev.stethos.gemma.text.TestTokenizer;
import dev.stethos.web.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are either a body of both completion endpoints that leads to prompts within the
/// context and settings that the engine takes, or are refused with a status of 400 to 499. The
/// seeds are replayed in every run; with `JAZZER_FUZZ=1` in the environment Jazzer searches on from
/// them.
final class RequestBodyFuzzTest {
    private static final int CONTEXT = 64;
    private static final int PLACES = 50;
    private static final GenerationDefaults DEFAULTS =
            new GenerationDefaults(0.7, 64, 0.95, Set.of(1, 106));
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @TempDir private static Path folder;
    private static GemmaTokenizer tokenizer;
    private static PromptEncoder encoder;

    @BeforeAll
    static void open() throws IOException {
        try (InputStream published =
                RequestBodyFuzzTest.class.getResourceAsStream("/gemma/chat_template.jinja")) {
            Files.write(
                    folder.resolve("chat_template.jinja"),
                    Objects.requireNonNull(published).readAllBytes());
        }
        tokenizer = GemmaTokenizer.open(TestTokenizer.write(folder));
        encoder = new PromptEncoder(tokenizer, ChatTemplate.read(folder, tokenizer), CONTEXT);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    static Stream<Arguments> seeds() {
        return Stream.of(
                        "{\"model\":\"m\",\"prompt\":\"2+3=\",\"max_tokens\":4,\"temperature\":0.5,\"top_k\":-1,\"logit_bias\":{\"7\":-100},\"seed\":5,\"n\":2,\"stop\":[\"a\"],\"logprobs\":3,\"echo\":true}",
                        "{\"model\":\"m\",\"prompt\":[[1,2],[3]],\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                        "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"prompt_logprobs\":1,\"max_tokens\":0}",
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}],\"max_completion_tokens\":3,\"logprobs\":true,\"top_logprobs\":2}",
                        "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[]}],\"tools\":[],\"response_format\":{\"type\":\"text\"}}",
                        "{\"prompt\":[null,1e999,{\"a\":-0}],\"stop\":\"\\ud800\",\"seed\":1e20}",
                        "{\"prompt\":[[],[4294967296]],\"temperature\":\"NaN\",\"n\":1e6,\"max_tokens\":-1}",
                        "[]",
                        "null")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void acceptsOrRefusesSeeds(byte[] bytes) throws IOException {
        acceptOrRefuse(bytes);
    }

    @EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = ".+")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void acceptsOrRefusesAnything(byte[] bytes) throws IOException {
        acceptOrRefuse(bytes);
    }

    private static void acceptOrRefuse(byte[] bytes) throws IOException {
        refusedOr(() -> {
            CompletionRequest body = JSON.readValue(bytes, CompletionRequest.class);
            if (body != null) {
                common(body);
                for (int[] prompt : encoder.encode(body.prompt(), PLACES)) {
                    assertThat(prompt).isNotEmpty().hasSizeLessThan(CONTEXT + 1);
                    room(prompt, body.maxTokens());
                }
                assertThat(body.wantedLogprobs()).isBetween(-1, 5);
                assertThat(body.wantedPromptLogprobs()).isBetween(-1, 20);
            }
        });
        refusedOr(() -> {
            ChatCompletionRequest body = JSON.readValue(bytes, ChatCompletionRequest.class);
            if (body != null) {
                common(body);
                int[] prompt = encoder.chat(ChatMessage.conversation(body.messages()), true);
                room(prompt, body.askedTokens());
                assertThat(body.wantedLogprobs()).isBetween(-1, 20);
            }
        });
    }

    private static void common(GenerationFields body) {
        assertThat(body.requiredModel()).isNotNull();
        assertThat(body.choices(PLACES)).isBetween(1, PLACES);
        assertThat(body.sampling(DEFAULTS, tokenizer.vocabSize(), 1)).isNotNull();
        assertThat(body.stopStrings()).doesNotContain("");
        assertThat(body.stopTokens(DEFAULTS, tokenizer.vocabSize())).doesNotContainNull();
        boolean _ = body.usageInStream();
    }

    private static void room(int[] prompt, Integer asked) {
        int room = encoder.room("prompt", prompt.length, asked, 16);
        assertThat(prompt.length + room).isLessThanOrEqualTo(CONTEXT);
    }

    private static void refusedOr(Reading reading) throws IOException {
        try {
            reading.run();
        } catch (ApiException e) {
            assertThat(e.status()).isBetween(400, 499);
        } catch (JsonProcessingException e) {
            assertThat(e.getOriginalMessage()).isNotNull();
        }
    }

    private interface Reading {
        void run() throws IOException;
    }
}
