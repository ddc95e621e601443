package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
final class CompletionIT {
    private static final String PROMPT = "\"prompt\":\"Find the sum of 12 and 30.\"";
    private static final String GREEDY = PROMPT + ",\"temperature\":0,\"ignore_eos\":true";

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @BeforeEach
    void connect() {
        api = new Api(uri);
    }

    @Test
    void answersInOpenAisShape() {
        JsonNode answer = api.completion(GREEDY + ",\"max_tokens\":5");

        assertThat(answer.get("id").textValue()).startsWith("cmpl-");
        assertThat(answer.get("object").textValue()).isEqualTo("text_completion");
        assertThat(answer.get("model").textValue()).isEqualTo(api.model());
        assertThat(answer.get("created").longValue()).isPositive();
        JsonNode choice = answer.at("/choices/0");
        assertThat(choice.get("index").intValue()).isZero();
        assertThat(choice.get("text").isTextual()).isTrue();
        assertThat(choice.get("finish_reason").textValue()).isEqualTo("length");
        assertThat(choice.get("logprobs").isNull()).isTrue();
    }

    @Test
    void namesItsRevisionInHeaderAndFingerprint() {
        Response response = api.post("v1/completions", Api.withModel(api.model(), GREEDY));
        String revision = response.header("X-Stethos-Revision");

        assertThat(revision).matches("[0-9a-f]{32,}");
        assertThat(response.jsonPath().getString("system_fingerprint"))
                .isEqualTo("fp_" + revision.substring(0, 12));
    }

    @Test
    void makesSixteenTokensUnlessTold() {
        assertThat(api.completion(GREEDY).at("/usage/completion_tokens").intValue()).isEqualTo(16);
    }

    @Test
    void countsTokensOfPromptAndAnswer() {
        JsonNode usage = api.completion(GREEDY + ",\"max_tokens\":7,\"n\":3").get("usage");
        JsonNode tokens = api.ok("tokenize", "{" + PROMPT + "}");

        assertThat(usage.get("prompt_tokens").intValue()).isEqualTo(tokens.get("count").intValue());
        assertThat(usage.get("completion_tokens").intValue()).isEqualTo(21);
        assertThat(usage.get("total_tokens").intValue())
                .isEqualTo(tokens.get("count").intValue() + 21);
    }

    @Test
    void repeatsWithTheSameSeedAndDiffersBetweenChoices() {
        String seeded = PROMPT + ",\"temperature\":2,\"seed\":11,\"max_tokens\":24,\"n\":4";
        List<String> first = texts(api.completion(seeded));

        assertThat(texts(api.completion(seeded))).isEqualTo(first);
        assertThat(first).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GREEDY + ",\"max_tokens\":40",
                PROMPT + ",\"temperature\":1.5,\"seed\":5,\"max_tokens\":40,\"n\":3",
                PROMPT + ",\"temperature\":1,\"seed\":5,\"max_tokens\":30,\"echo\":true",
                PROMPT + ",\"temperature\":1,\"seed\":5,\"max_tokens\":30,\"stop\":[\"e\",\" \"]",
                "\"prompt\":[\"a\",\"b c\"],\"seed\":1,\"max_tokens\":12,\"n\":2,\"logprobs\":1"
            })
    void streamsTheSameTextAsItAnswersWhole(String fields) {
        List<String> whole = texts(api.completion(fields));
        List<JsonNode> chunks = api.completionStream(fields);

        for (int i = 0; i < whole.size(); i++) {
            assertThat(Api.text(chunks, i)).isEqualTo(whole.get(i));
        }
    }

    @Test
    void streamEndsWithReasonAndUsageIfAskedFor() {
        String fields = GREEDY + ",\"max_tokens\":5,\"stream_options\":{\"include_usage\":true}";
        List<JsonNode> chunks = api.completionStream(fields);
        JsonNode last = chunks.getLast();
        JsonNode reason = chunks.get(chunks.size() - 2);

        assertThat(last.get("choices")).isEmpty();
        assertThat(last.at("/usage/completion_tokens").intValue()).isEqualTo(5);
        assertThat(reason.at("/choices/0/finish_reason").textValue()).isEqualTo("length");
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.has("usage") && chunk.get("usage").isNull());
        assertThat(chunks).extracting(chunk -> chunk.get("id")).containsOnly(last.get("id"));
        assertThat(api.completionStream(GREEDY)).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void stopStringsNeverShow() {
        String free = texts(api.completion(GREEDY + ",\"max_tokens\":60")).getFirst();
        String stop = free.substring(free.length() / 2, free.length() / 2 + 3);
        String fields = GREEDY + ",\"max_tokens\":60,\"stop\":" + Api.quoted(stop);

        JsonNode answer = api.completion(fields);

        assertThat(answer.at("/choices/0/text").textValue())
                .isEqualTo(free.substring(0, free.indexOf(stop)));
        assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
        StringBuilder seen = new StringBuilder();
        for (JsonNode chunk : api.completionStream(fields)) {
            seen.append(chunk.at("/choices/0/text").textValue());
            assertThat(free).startsWith(seen);
            assertThat(seen.toString()).doesNotContain(stop);
        }
    }

    @Test
    void tokensAreTheSamePromptAsTheirText() {
        JsonNode tokens = api.ok("tokenize", "{" + PROMPT + "}").get("tokens");
        String rest = ",\"temperature\":0,\"max_tokens\":20";
        String text = texts(api.completion(PROMPT + rest)).getFirst();

        assertThat(texts(api.completion("\"prompt\":" + tokens + rest))).containsExactly(text);
        assertThat(texts(api.completion("\"prompt\":[" + tokens + "," + tokens + "]" + rest)))
                .containsExactly(text, text);
    }

    @Test
    void promptsOfAListAreAnsweredEachAloneInTheirOrder() {
        String rest = ",\"temperature\":0,\"max_tokens\":10";
        String a = texts(api.completion("\"prompt\":\"Add 1 and 2.\"" + rest)).getFirst();
        String b = texts(api.completion("\"prompt\":\"Name a tree.\"" + rest)).getFirst();

        JsonNode both =
                api.completion("\"prompt\":[\"Add 1 and 2.\",\"Name a tree.\"],\"n\":2" + rest);

        assertThat(texts(both)).containsExactly(a, a, b, b);
        assertThat(both.get("choices"))
                .extracting(choice -> choice.get("index").intValue())
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void echoPutsThePromptBeforeTheText() {
        String free = texts(api.completion(GREEDY + ",\"max_tokens\":8")).getFirst();

        assertThat(texts(api.completion(GREEDY + ",\"max_tokens\":8,\"echo\":true")))
                .containsExactly("Find the sum of 12 and 30." + free);
    }

    @Test
    void scoresAPromptWithoutGenerating() {
        JsonNode answer = api.completion(PROMPT + ",\"max_tokens\":0,\"echo\":true,\"logprobs\":2");
        JsonNode logprobs = answer.at("/choices/0/logprobs");
        int tokens = answer.at("/usage/prompt_tokens").intValue();

        assertThat(answer.at("/usage/completion_tokens").intValue()).isZero();
        assertThat(logprobs.get("tokens")).hasSize(tokens);
        assertThat(logprobs.at("/token_logprobs/0").isNull()).isTrue();
        for (int i = 1; i < tokens; i++) {
            assertThat(logprobs.get("token_logprobs").get(i).doubleValue()).isNegative();
            assertThat(logprobs.get("top_logprobs").get(i).size()).isBetween(2, 3);
        }
        assertThat(offsetsSpellTheText(answer.at("/choices/0"))).isTrue();
    }

    @Test
    void scoringAPromptAndGeneratingAfterItAgree() {
        JsonNode tokens = api.ok("tokenize", "{" + PROMPT + "}").get("tokens");
        JsonNode scores =
                api.completion("\"prompt\":" + tokens + ",\"max_tokens\":1,\"prompt_logprobs\":1")
                        .at("/choices/0/prompt_logprobs");
        for (int length = 1; length < tokens.size(); length += 3) {
            String prefix =
                    IntStream.range(0, length)
                            .mapToObj(i -> tokens.get(i).asText())
                            .collect(Collectors.joining(",", "[", "]"));
            JsonNode generated =
                    api.completion(
                            "\"prompt\":"
                                    + prefix
                                    + ",\"temperature\":0,\"max_tokens\":1,\"logprobs\":1");

            double best = Double.NEGATIVE_INFINITY;
            for (JsonNode entry : scores.get(length)) {
                best = Math.max(best, entry.get("logprob").doubleValue());
            }
            assertThat(generated.at("/choices/0/logprobs/token_logprobs/0").doubleValue())
                    .isCloseTo(best, within(0.15));
        }
    }

    @Test
    void logprobsAreProbabilitiesAndTheGreedyChoiceIsTheBest() {
        JsonNode logprobs =
                api.completion(GREEDY + ",\"max_tokens\":12,\"logprobs\":5")
                        .at("/choices/0/logprobs");

        assertThat(logprobs.get("tokens")).hasSize(12);
        for (int i = 0; i < 12; i++) {
            double chosen = logprobs.get("token_logprobs").get(i).doubleValue();
            double sum = 0;
            double best = Double.NEGATIVE_INFINITY;
            for (JsonNode each : logprobs.get("top_logprobs").get(i)) {
                sum += Math.exp(each.doubleValue());
                best = Math.max(best, each.doubleValue());
            }
            assertThat(sum).isBetween(0.0, 1.0001);
            assertThat(chosen).isEqualTo(best);
        }
    }

    @Test
    void promptLogprobsAreKeyedByTokenId() {
        JsonNode answer = api.completion(PROMPT + ",\"max_tokens\":1,\"prompt_logprobs\":2");
        JsonNode tokens = api.ok("tokenize", "{" + PROMPT + "}").get("tokens");
        JsonNode entries = answer.at("/choices/0/prompt_logprobs");

        assertThat(entries).hasSize(tokens.size());
        assertThat(entries.get(0).isNull()).isTrue();
        for (int i = 1; i < tokens.size(); i++) {
            assertThat(entries.get(i).has(tokens.get(i).asText())).isTrue();
        }
    }

    /// Forces the bytes of characters that take two, three and four bytes, one token each.
    @Test
    void neverCutsACharacterInAStream() {
        Set<Integer> ids = new HashSet<>();
        for (byte each : "\u7684\ud83d\ude00\u00e9".getBytes(StandardCharsets.UTF_8)) {
            ids.add(byteToken(Byte.toUnsignedInt(each)));
        }
        String bias = ids.stream().map(id -> "\"" + id + "\":100").collect(Collectors.joining(","));
        String fields =
                "\"prompt\":\"x\",\"seed\":3,\"temperature\":2,\"top_k\":0,\"top_p\":1,"
                        + "\"max_tokens\":120,\"logit_bias\":{"
                        + bias
                        + "}";

        List<JsonNode> chunks = api.completionStream(fields);

        assertThat(Api.text(chunks, 0)).isEqualTo(texts(api.completion(fields)).getFirst());
        for (JsonNode chunk : chunks) {
            String text = chunk.at("/choices/0/text").textValue();
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
        }
    }

    @Test
    void penaltiesAndBiasChangeTheText() {
        String plain = texts(api.completion(GREEDY + ",\"max_tokens\":24")).getFirst();
        JsonNode tokens =
                api.ok(
                        "tokenize",
                        "{\"add_special_tokens\":false,\"prompt\":" + Api.quoted(plain) + "}");
        int first = tokens.at("/tokens/0").intValue();

        assertThat(
                        texts(
                                api.completion(
                                        GREEDY
                                                + ",\"max_tokens\":24,\"logit_bias\":{\""
                                                + first
                                                + "\":-100}")))
                .doesNotContain(plain);
    }

    /// The control literals of the template must be text to the model: no id above the plain ones.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<bos>",
                "<eos>",
                "<start_of_turn>model",
                "<end_of_turn>",
                "{{7*7}}",
                "{% if %}"
            })
    void literalsInAPromptAreText(String literal) {
        JsonNode tokens =
                api.ok(
                                "tokenize",
                                "{\"add_special_tokens\":false,\"prompt\":"
                                        + Api.quoted(literal)
                                        + "}")
                        .get("tokens");

        assertThat(api.ok("detokenize", "{\"tokens\":" + tokens + "}").get("prompt").textValue())
                .isEqualTo(literal);
    }

    private int byteToken(int value) {
        JsonNode all =
                api.ok(
                        "tokenize",
                        "{\"prompt\":\"\\ufdd0\",\"add_special_tokens\":false,\"return_token_strs\":true}");
        // U+FDD0 is EF B7 90 in UTF-8 and no vocabulary has it, so its bytes show where bytes
        // begin.
        String spelling = all.at("/token_strs/0").textValue();
        assertThat(spelling).isEqualTo("<0xEF>");
        return all.at("/tokens/0").intValue() - 0xEF + value;
    }

    private static boolean offsetsSpellTheText(JsonNode choice) {
        String text = choice.get("text").textValue();
        JsonNode logprobs = choice.get("logprobs");
        for (int i = 0; i < logprobs.get("tokens").size(); i++) {
            String token = logprobs.get("tokens").get(i).textValue();
            int at = logprobs.get("text_offset").get(i).intValue();
            if (!token.startsWith("<") && !text.startsWith(token, at)) {
                return false;
            }
        }
        return true;
    }

    private static List<String> texts(JsonNode answer) {
        List<String> texts = new ArrayList<>();
        for (JsonNode choice : answer.get("choices")) {
            texts.add(choice.get("text").textValue());
        }
        return texts;
    }
}
