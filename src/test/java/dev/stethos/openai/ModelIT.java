package dev.stethos.openai;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
final class ModelIT {
    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @TestHTTPResource("/q/openapi")
    @SuppressWarnings("NullAway.Init")
    URI openApi;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @BeforeEach
    void connect() {
        api = new Api(uri);
    }

    @Test
    void listsTheActiveModelTheBaseAndTheProfile() {
        String served = api.model();

        assertThat(api.models()).contains(served, served + ":base", served + ":number-theory");
    }

    @Test
    void showsEachModelThatItLists() {
        for (String id : api.models()) {
            Response response = given().baseUri(uri.toString()).get("v1/models/{id}", id);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.jsonPath().getString("id")).isEqualTo(id);
            assertThat(response.jsonPath().getString("object")).isEqualTo("model");
            assertThat(response.header("X-Stethos-Revision"))
                    .isEqualTo(response.jsonPath().getString("revision"));
        }
    }

    @Test
    void allModelsAnswerAtOnceEachWithItsOwnRevision()
            throws ExecutionException, InterruptedException {
        String fields = "\"prompt\":\"Find the sum\",\"temperature\":0,\"max_tokens\":40";
        Map<String, List<Future<JsonNode>>> answers = new HashMap<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 4; round++) {
                for (String id : api.models()) {
                    answers.computeIfAbsent(id, key -> new ArrayList<>())
                            .add(
                                    clients.submit(() ->
                                            api.ok("v1/completions", Api.withModel(id, fields))));
                }
            }
        }
        Map<String, JsonNode> fingerprints = new HashMap<>();
        for (Map.Entry<String, List<Future<JsonNode>>> entry : answers.entrySet()) {
            for (Future<JsonNode> answer : entry.getValue()) {
                assertThat(answer.get().get("model").textValue()).isEqualTo(entry.getKey());
                JsonNode known =
                        fingerprints.putIfAbsent(
                                entry.getKey(), answer.get().get("system_fingerprint"));
                assertThat(answer.get().get("system_fingerprint"))
                        .isEqualTo(known == null ? answer.get().get("system_fingerprint") : known);
                assertThat(answer.get().get("choices"))
                        .isEqualTo(entry.getValue().getFirst().get().get("choices"));
            }
        }
        String served = api.model();
        assertThat(fingerprints.get(served + ":base"))
                .isNotEqualTo(fingerprints.get(served + ":number-theory"));
        assertThat(fingerprints.get(served)).isEqualTo(fingerprints.get(served + ":number-theory"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                " two  blanks ",
                "h\u00e9llo \u7684 \ud83d\ude00\u200d",
                "a\u0301\u0302\u0303",
                "\u0000\u0001",
                "<bos><end_of_turn>",
                "line\r\n\tline"
            })
    void textMakesTheRoundTripThroughTokens(String text) {
        JsonNode tokens =
                api.ok(
                        "tokenize",
                        "{\"return_token_strs\":true,\"prompt\":" + Api.quoted(text) + "}");

        assertThat(tokens.get("count").intValue())
                .isEqualTo(tokens.get("tokens").size())
                .isEqualTo(tokens.get("token_strs").size());
        assertThat(
                        api.ok("detokenize", "{\"tokens\":" + tokens.get("tokens") + "}")
                                .get("prompt")
                                .textValue())
                .isEqualTo(text);
    }

    @Test
    void specialTokensAndGenerationPromptCanBeLeftOut() {
        int with = api.ok("tokenize", "{\"prompt\":\"a\"}").get("count").intValue();
        int without =
                api.ok("tokenize", "{\"prompt\":\"a\",\"add_special_tokens\":false}")
                        .get("count")
                        .intValue();
        String chat = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]";

        assertThat(with - without).isOne();
        assertThat(api.ok("tokenize", chat + "}").get("count").intValue())
                .isGreaterThan(
                        api.ok("tokenize", chat + ",\"add_generation_prompt\":false}")
                                .get("count")
                                .intValue());
    }

    @Test
    void openApiListsEveryEndpoint() {
        assertThat(given().get(openApi).asString())
                .contains(
                        "/v1/completions",
                        "/v1/chat/completions",
                        "/v1/models",
                        "/v1/models/{id}",
                        "/tokenize",
                        "/detokenize");
    }
}
