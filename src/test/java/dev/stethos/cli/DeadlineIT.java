package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that would take far longer than the server's deadline: they are ended, whole or in the
/// stream, and what they held is free again.
final class DeadlineIT {
    /// Of which most wait when the deadline comes, and the others are in the middle.
    private static final int CHOICES = 100;

    @TempDir private Path dir;

    @Test
    void whatIsNotFinishedInTimeEndsAsATimeout() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(
                        dir,
                        List.of(
                                "-XX:TieredStopAtLevel=1",
                                "-Dstethos.deadline=PT2S",
                                "-Dstethos.max-wait=PT1H"),
                        "serve",
                        "--port",
                        "0",
                        "--management-port",
                        "0",
                        "--max-sequences",
                        "2")) {
            ServerProcess.Ready ready = server.awaitReady();
            complete(ready, CHOICES, 400, false)
                    .then()
                    .statusCode(504)
                    .body("error.code", equalTo("deadline_exceeded"));

            Response stream = complete(ready, CHOICES, 400, true);
            assertThat(stream.statusCode()).isEqualTo(200);
            List<String> events =
                    stream.asString().lines().filter(line -> !line.isEmpty()).toList();
            assertThat(events.getFirst()).contains("\"text\":");
            assertThat(events.getLast())
                    .startsWith("data: {\"error\":")
                    .contains("\"code\":\"deadline_exceeded\"");

            assertNothingIsHeld(ready);
            assertThat(Stream.generate(() -> complete(ready, 1, 1, false).statusCode()).limit(5))
                    .contains(200);
        }
    }

    private static void assertNothingIsHeld(ServerProcess.Ready ready) throws InterruptedException {
        String metrics = metrics(ready);
        for (int i = 0; i < 500 && !isIdle(metrics); i++) {
            Thread.sleep(10);
            metrics = metrics(ready);
        }
        assertThat(isIdle(metrics)).as(metrics).isTrue();
    }

    private static boolean isIdle(String metrics) {
        return List.of("running", "waiting").stream()
                .allMatch(state ->
                        metrics.lines()
                                .anyMatch(line ->
                                        line.matches(
                                                "stethos_sequences_" + state + "(\\{.*})? 0\\.0")));
    }

    private static String metrics(ServerProcess.Ready ready) {
        return given().baseUri(ready.management()).get("/q/metrics").asString();
    }

    private static Response complete(
            ServerProcess.Ready ready, int choices, int tokens, boolean stream) {
        return given().baseUri(ready.api())
                .contentType("application/json")
                .body(
                        """
                        {"model": "%s", "prompt": "2+3=", "n": %d, "max_tokens": %d,
                         "temperature": 1, "ignore_eos": true, "stream": %s}
                        """
                                .formatted(ready.model(), choices, tokens, stream))
                .post("/v1/completions");
    }
}
