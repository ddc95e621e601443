package dev.stethos.openai;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The server under test as a client sees it. Bodies are given as JSON fields; the model is added.
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DONE = "data: [DONE]";

    private final URI base;

    Api(URI base) {
        this.base = base;
    }

    URI base() {
        return base;
    }

    /// The id of whatever is active, which is listed first.
    String model() {
        return models().getFirst();
    }

    List<String> models() {
        return given().baseUri(base.toString()).get("v1/models").jsonPath().getList("data.id");
    }

    Response post(String path, String body) {
        return given().baseUri(base.toString())
                .contentType("application/json")
                .body(body)
                .post(path);
    }

    /// A successful completion; `fields` are those besides `model`.
    JsonNode completion(String fields) {
        return ok("v1/completions", withModel(model(), fields));
    }

    JsonNode chat(String fields) {
        return ok("v1/chat/completions", withModel(model(), fields));
    }

    JsonNode ok(String path, String body) {
        Response response = post(path, body);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        return json(response.asString());
    }

    List<JsonNode> completionStream(String fields) {
        return stream("v1/completions", withModel(model(), fields + ",\"stream\":true"));
    }

    List<JsonNode> chatStream(String fields) {
        return stream("v1/chat/completions", withModel(model(), fields + ",\"stream\":true"));
    }

    /// A stream's chunks; checks that it has the form of server-sent events and ends as it must.
    List<JsonNode> stream(String path, String body) {
        Response response = post(path, body);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("text/event-stream");
        String[] events = response.asString().split("\n\n");
        assertThat(events[events.length - 1]).isEqualTo(DONE);
        List<JsonNode> chunks = new ArrayList<>();
        for (int i = 0; i < events.length - 1; i++) {
            assertThat(events[i]).startsWith("data: ").doesNotContain("\n");
            chunks.add(json(events[i].substring("data: ".length())));
        }
        return chunks;
    }

    static String withModel(String model, String fields) {
        return "{\"model\":\"" + model + "\"," + fields + "}";
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The text of one choice, put together from a stream.
    static String text(List<JsonNode> chunks, int index) {
        StringBuilder text = new StringBuilder();
        for (JsonNode chunk : chunks) {
            for (JsonNode choice : chunk.get("choices")) {
                if (choice.get("index").intValue() == index) {
                    JsonNode delta = choice.get("delta");
                    text.append(
                            delta == null
                                    ? choice.get("text").textValue()
                                    : delta.path("content").asText(""));
                }
            }
        }
        return text.toString();
    }
}
