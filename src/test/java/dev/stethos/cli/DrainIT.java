package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM to a server that is in the middle of an answer.
class DrainIT {
    private static final int TOKENS = 500;

    @TempDir private Path dir;

    @Test
    void theAnswerIsFinishedNothingNewBeginsAndTheExitCodeIs0() throws Exception {
        try (ServerProcess server =
                        ServerProcess.start(
                                dir,
                                List.of("-Dstethos.drain=PT10M"),
                                "serve",
                                "--port",
                                "0",
                                "--management-port",
                                "0");
                HttpClient client = HttpClient.newHttpClient()) {
            ServerProcess.Ready ready = server.awaitReady();
            HttpResponse<InputStream> stream =
                    client.send(request(ready), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            List<String> lines = new ArrayList<>();
            try (BufferedReader reader =
                    new BufferedReader(
                            new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                lines.add(reader.readLine());
                server.terminate();
                assertDraining(ready);
                reader.lines().filter(line -> !line.isEmpty()).forEach(lines::add);
            }
            assertThat(lines.getLast()).isEqualTo("data: [DONE]");
            assertThat(lines.get(lines.size() - 2)).contains("\"completion_tokens\":" + TOKENS);
            assertThat(server.awaitExit()).isZero();
        }
    }

    private static HttpRequest request(ServerProcess.Ready ready) {
        String body =
                """
                {"model": "%s", "prompt": "2+3=", "max_tokens": %d, "ignore_eos": true,
                 "stream": true, "stream_options": {"include_usage": true}}
                """
                        .formatted(ready.model(), TOKENS);
        return HttpRequest.newBuilder(URI.create(ready.api() + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static void assertDraining(ServerProcess.Ready ready) throws InterruptedException {
        Response readiness = given().baseUri(ready.management()).get("/q/health/ready");
        for (int i = 0; i < 200 && readiness.statusCode() == 200; i++) {
            Thread.sleep(5);
            readiness = given().baseUri(ready.management()).get("/q/health/ready");
        }
        readiness
                .then()
                .statusCode(503)
                .body("checks.find { it.name == 'model ready' }.data.reason", equalTo("draining"));
        given().baseUri(ready.management()).get("/q/health/live").then().statusCode(200);
        given().baseUri(ready.api())
                .contentType("application/json")
                .body("{\"model\": \"%s\", \"prompt\": \"2+3=\"}".formatted(ready.model()))
                .post("/v1/completions")
                .then()
                .statusCode(503)
                .header("Retry-After", equalTo("5"))
                .body("error.code", equalTo("not_ready"));
    }
}
