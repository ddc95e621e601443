package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Far more requests at once than a server takes: every one is answered whole, or refused with the
/// time after which to come again, and those are then answered.
class OverloadIT {
    private static final int REQUESTS = 60;
    private static final int TOKENS = 24;

    @TempDir private Path dir;

    @Test
    void everyRequestIsAnsweredOrToldWhenToComeAgain() throws Exception {
        try (ServerProcess server =
                        ServerProcess.start(
                                dir,
                                List.of("-Dstethos.queue-capacity=3"),
                                "serve",
                                "--port",
                                "0",
                                "--management-port",
                                "0",
                                "--max-sequences",
                                "2");
                HttpClient client = HttpClient.newHttpClient()) {
            ServerProcess.Ready ready = server.awaitReady();
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(client.sendAsync(request(ready), HttpResponse.BodyHandlers.ofString()));
            }
            int refused = 0;
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                HttpResponse<String> got = answer.join();
                assertThat(got.statusCode()).isIn(200, 429);
                if (got.statusCode() == 200) {
                    assertThat(got.body()).contains("\"completion_tokens\":" + TOKENS);
                } else {
                    assertThat(got.headers().firstValue("Retry-After").orElse(""))
                            .matches("[1-9]\\d*");
                    refused++;
                }
            }
            assertThat(refused).isBetween(1, REQUESTS - 5);
            assertThat(
                            client.send(request(ready), HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
            assertNoSeriesOfMadeUpNames(client, ready);
        }
    }

    private static void assertNoSeriesOfMadeUpNames(HttpClient client, ServerProcess.Ready ready)
            throws Exception {
        String name = "made-up-";
        for (int i = 0; i < 20; i++) {
            for (String path :
                    List.of("/v1/models/", "/v1/evaluations/", "/admin/profiles/", "/")) {
                HttpRequest asked =
                        HttpRequest.newBuilder(URI.create(ready.api() + path + name + i)).build();
                assertThat(client.send(asked, HttpResponse.BodyHandlers.discarding()).statusCode())
                        .isGreaterThanOrEqualTo(400);
            }
        }
        HttpRequest metrics =
                HttpRequest.newBuilder(URI.create(ready.management() + "/q/metrics")).build();
        assertThat(client.send(metrics, HttpResponse.BodyHandlers.ofString()).body())
                .contains("http_server_requests", "stethos_sequences_finished")
                .doesNotContain(name);
    }

    private static HttpRequest request(ServerProcess.Ready ready) {
        String body =
                """
                {"model": "%s", "prompt": "2+3=", "max_tokens": %d, "ignore_eos": true}
                """
                        .formatted(ready.model(), TOKENS);
        return HttpRequest.newBuilder(URI.create(ready.api() + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }
}
