package dev.stethos.openai;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every refusal has the one error shape, its status, the field's name and no inner detail.
@QuarkusTest
final class BadRequestIT {
    private static final String CHAT = "v1/chat/completions";
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final String PROMPT = "\"prompt\":\"hi\"";

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @BeforeEach
    void connect() {
        api = new Api(uri);
    }

    /// `M` stands for the model's id, `T` for an id just outside the vocabulary.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "{\"model\":\"M\"|400|-|invalid_json",
                "{\"model\":\"M\",\"model\":\"M\",\"prompt\":\"a\"}|400|-|invalid_json",
                "{\"model\":\"M\",\"prompt\":\"a\"} {}|400|-|invalid_json",
                "{\"model\":\"M\",\"prompt\":\"a\",\"temperature\":NaN}|400|-|invalid_json",
                "[]|400|-|invalid_type",
                "null|400|body|missing_required_parameter",
                "{\"prompt\":\"a\"}|400|model|missing_required_parameter",
                "{\"model\":7,\"prompt\":\"a\"}|400|model|invalid_type",
                "{\"model\":\"nobody\",\"prompt\":\"a\"}|404|model|model_not_found",
                "{\"model\":\"M:nobody\",\"prompt\":\"a\"}|404|model|model_not_found",
                "{\"model\":\"\",\"prompt\":\"a\"}|404|model|model_not_found",
                "{\"model\":\"M\"}|400|prompt|missing_required_parameter",
                "{\"model\":\"M\",\"prompt\":\"\"}|400|prompt|invalid_value",
                "{\"model\":\"M\",\"prompt\":[]}|400|prompt|invalid_value",
                "{\"model\":\"M\",\"prompt\":[[]]}|400|prompt|invalid_value",
                "{\"model\":\"M\",\"prompt\":[\"a\",\"\"]}|400|prompt[1]|invalid_value",
                "{\"model\":\"M\",\"prompt\":[-1]}|400|prompt[0]|invalid_value",
                "{\"model\":\"M\",\"prompt\":[5,T]}|400|prompt[1]|invalid_value",
                "{\"model\":\"M\",\"prompt\":[[5],[2147483647]]}|400|prompt[1][0]|invalid_value",
                "{\"model\":\"M\",\"prompt\":[2147483648]}|400|prompt[0]|invalid_type",
                "{\"model\":\"M\",\"prompt\":\"a\\ud800b\"}|400|prompt|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":0}|400|max_tokens|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":-1}|400|max_tokens|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":2147483648}|400|max_tokens|invalid_type",
                "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":1e308}|400|max_tokens|invalid_type",
                "{\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":2147483647}|400|prompt|context_length_exceeded",
                "{\"model\":\"M\",\"prompt\":\"a\",\"n\":0}|400|n|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"n\":1000000}|400|n|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"temperature\":-1}|400|temperature|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"temperature\":1e9}|400|temperature|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"temperature\":1e308}|400|temperature|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"top_p\":0}|400|top_p|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"top_p\":2}|400|top_p|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}|400|stop|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"stop\":\"\"}|400|stop|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"logit_bias\":{\"T\":1}}|400|logit_bias|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"stop_token_ids\":[T]}|400|stop_token_ids|invalid_value",
                "{\"model\":\"M\",\"prompt\":\"a\",\"suffix\":\"b\"}|400|suffix|unsupported_parameter",
                "{\"model\":\"M\",\"prompt\":\"a\",\"best_of\":3}|400|best_of|unsupported_parameter",
                "{\"model\":\"M\",\"prompt\":\"a\",\"colour\":\"red\"}|400|colour|unknown_parameter",
            })
    void refusesCompletions(String body, int status, @Nullable String param, String code) {
        assertRefused(api.post("v1/completions", filled(body)), status, param, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"messages\":[]|messages|invalid_value",
                "\"messages\":\"hi\"|messages|invalid_type",
                "\"messages\":[{\"role\":\"user\",\"content\":7}]|messages[0].content|invalid_type",
                "\"messages\":[{\"role\":\"wizard\",\"content\":\"a\"}]|messages[0].role|invalid_value",
                "\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]|messages[0].role|invalid_value",
                "\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"}]|messages|invalid_value",
                "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]|messages|invalid_value",
                "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:\"}}]}]|messages[0].content[0].type|unsupported_parameter",
                "\"messages\":[{\"role\":\"user\",\"content\":\"\\udfff\"}]|messages[0].content|invalid_value",
                "MESSAGES,\"tools\":[{\"type\":\"function\"}]|tools|unsupported_parameter",
                "MESSAGES,\"response_format\":{\"type\":\"json_schema\"}|response_format|unsupported_parameter",
                "MESSAGES,\"chat_template\":\"{{ messages }}\"|chat_template|unsupported_parameter",
                "MESSAGES,\"chat_template_kwargs\":{\"x\":1}|chat_template_kwargs|unsupported_parameter",
                "MESSAGES,\"max_completion_tokens\":0|max_completion_tokens|invalid_value",
                "MESSAGES,\"max_tokens\":100000000|messages|context_length_exceeded",
                "MESSAGES,\"logprobs\":true,\"top_logprobs\":21|top_logprobs|invalid_value",
                "MESSAGES,\"top_logprobs\":1|top_logprobs|invalid_value",
                "MESSAGES,\"stream_options\":{\"include_usage\":true}|stream_options|invalid_value",
                "MESSAGES,\"stream\":\"yes\"|stream|invalid_type",
            })
    void refusesChatCompletions(String fields, String param, String code) {
        String body = Api.withModel(api.model(), fields.replace("MESSAGES", MESSAGES));

        assertRefused(api.post(CHAT, body), 400, param, code);
    }

    @Test
    void refusesAPromptLongerThanTheContextWithBothNumbers() {
        int length = api.ok("tokenize", "{" + PROMPT + "}").get("max_model_len").intValue();
        String body = Api.withModel(api.model(), "\"prompt\":" + ids(length));

        Response response = api.post("v1/completions", body);

        assertRefused(response, 400, "prompt", "context_length_exceeded");
        assertThat(response.jsonPath().getString("error.message")).contains(String.valueOf(length));
    }

    @Test
    void refusesTextThatCannotFitWithoutTokenisingIt() {
        for (String text : List.of("a".repeat(1_000_000), "a" + "\u0301".repeat(500_000))) {
            assertRefused(
                    api.post(
                            "v1/completions",
                            Api.withModel(api.model(), "\"prompt\":\"" + text + "\"")),
                    400,
                    "prompt",
                    "context_length_exceeded");
        }
    }

    @Test
    void refusesBodiesTooLargeOrTooDeep() {
        String large = Api.withModel(api.model(), "\"prompt\":\"" + "a".repeat(10_000_000) + "\"");
        String deep =
                Api.withModel(api.model(), "\"metadata\":" + "[".repeat(2_000) + "]".repeat(2_000));

        assertRefused(api.post("v1/completions", large), 413, null, "body_too_large");
        assertRefused(api.post("v1/completions", deep), 413, null, "body_too_large");
    }

    /// They begin as UTF-32 does.
    @Test
    void refusesBytesThatAreNoText() {
        byte[] garbled = {'{', 0, 0, 0, 0, 0, -1, 127};
        Response response =
                given().baseUri(api.base().toString())
                        .contentType("application/json")
                        .body(garbled)
                        .post("v1/completions");
        assertRefused(response, 400, null, "invalid_json");
    }

    @Test
    void refusesTokensThatDoNotExist() {
        assertRefused(api.post("detokenize", "{}"), 400, "tokens", "missing_required_parameter");
        assertRefused(
                api.post("detokenize", filled("{\"tokens\":[T]}")),
                400,
                "tokens[0]",
                "invalid_value");
        assertRefused(
                api.post("tokenize", "{\"prompt\":\"a\",\"messages\":[]}"),
                400,
                "prompt",
                "invalid_value");
        assertRefused(
                api.post("tokenize", "{\"model\":\"nobody\",\"prompt\":\"a\"}"),
                404,
                "model",
                "model_not_found");
    }

    @Test
    void refusesUnknownPathsModelsMethodsAndMediaTypes() {
        assertRefused(at().get("v1/models/nobody"), 404, "model", "model_not_found");
        for (String path :
                List.of("v2", "v1", "v1/completions/x", "V1/models", "v1/%2e%2e/admin")) {
            assertRefused(at().urlEncodingEnabled(false).get(path), 404, null, "unknown_url");
        }
        assertRefused(at().get("v1/completions"), 405, null, "method_not_allowed");
        assertRefused(at().delete("v1/models"), 405, null, "method_not_allowed");
        for (String type : List.of("text/plain", "application/xml", "multipart/form-data")) {
            assertRefused(
                    at().header("Content-Type", type)
                            .body("{}".getBytes(StandardCharsets.UTF_8))
                            .post(CHAT),
                    415,
                    null,
                    "unsupported_media_type");
        }
    }

    @Test
    void keepsAHarmlessRequestIdAndReplacesAnother() {
        assertThat(at().header("X-Request-Id", "a-B_1.2").get("v1/models").header("X-Request-Id"))
                .isEqualTo("a-B_1.2");
        for (String id : List.of("a b", "a\"b", "x".repeat(65), "<script>")) {
            assertThat(at().header("X-Request-Id", id).get("nowhere").header("X-Request-Id"))
                    .isNotEqualTo(id)
                    .matches("[0-9a-f-]{36}");
        }
    }

    private RequestSpecification at() {
        return given().baseUri(uri.toString());
    }

    private String filled(String body) {
        return body.replace("\"M", "\"" + api.model()).replace("T", String.valueOf(beyond()));
    }

    /// An id that no token has.
    private int beyond() {
        int low = 0;
        int high = 1 << 20;
        while (low < high) {
            int middle = (low + high) / 2;
            if (api.post("detokenize", "{\"tokens\":[" + middle + "]}").statusCode() == 200) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static String ids(int count) {
        return "[" + "5,".repeat(count - 1) + "5]";
    }

    private static void assertRefused(
            Response response, int status, @Nullable String param, @Nullable String code) {
        String text = response.asString();
        assertThat(response.statusCode()).as(text).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.header("X-Request-Id")).isNotEmpty();
        JsonNode error = Api.json(text).get("error");
        assertThat(error.fieldNames())
                .toIterable()
                .containsExactly("message", "type", "param", "code");
        assertThat(error.get("param").textValue()).as(text).isEqualTo(param);
        assertThat(error.get("code").textValue()).as(text).isEqualTo(code);
        assertThat(error.get("type").textValue()).isEqualTo("invalid_request_error");
        assertThat(error.get("message").textValue())
                .isNotBlank()
                .doesNotContain("java", "dev.stethos", "Exception", "/src/");
    }
}
