package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed while a profile comes in and while profiles are swapped, and the one
/// that is started after it.
final class KilledServerIT {
    private static final String UPLOAD =
            "POST /admin/profiles HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 5000000\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"deltas.safetensors\"\r\n\r\nsome bytes of many";

    @TempDir private Path dir;
    private Path store;

    @Test
    void theNextOneFindsACleanStoreAndTheProfileThatWasActive() throws Exception {
        store = Files.createDirectory(dir.resolve("profiles"));
        Path profile = Files.createDirectory(store.resolve("number-theory"));
        for (String file : List.of("profile.yaml", "deltas.safetensors")) {
            Files.copy(Path.of("edit-profiles/number-theory", file), profile.resolve(file));
        }
        AtomicReference<String> acknowledged = new AtomicReference<>("");
        try (ServerProcess server = serve()) {
            URI api = URI.create(server.awaitReady().api());
            try (Socket sender = new Socket(api.getHost(), api.getPort())) {
                sender.getOutputStream().write(UPLOAD.getBytes(StandardCharsets.US_ASCII));
                CountDownLatch some = new CountDownLatch(6);
                Thread swaps = Thread.ofVirtual().start(() -> swap(api, acknowledged, some));
                assertThat(some.await(60, TimeUnit.SECONDS)).isTrue();
                for (int i = 0; i < 1000 && entries().size() == 1; i++) {
                    Thread.sleep(10);
                }
                server.close();
                swaps.join();
            }
            assertThat(server.awaitExit()).isEqualTo(137);
        }
        assertThat(entries()).hasSize(2);
        try (ServerProcess server = serve()) {
            ServerProcess.Ready ready = server.awaitReady();
            assertThat(entries()).containsExactly("number-theory");
            // The last change that was told of, or the one that was being made.
            List<String> possible = List.of(acknowledged.get(), other(acknowledged.get()));
            assertThat(ready.profile()).isIn(possible);
            String last =
                    given().baseUri(ready.api())
                            .get("/admin/history")
                            .path("changes.find { it.outcome == 'active' }.to.profile");
            assertThat(ready.profile()).isEqualTo(last);
            given().baseUri(ready.api())
                    .get("/admin/profiles")
                    .then()
                    .body("profiles.size()", equalTo(2))
                    .body("profiles.find { it.state == 'active' }.profile", equalTo(last));
        }
    }

    private ServerProcess serve() throws IOException {
        return ServerProcess.start(
                dir,
                "serve",
                "--port",
                "0",
                "--management-port",
                "0",
                "--profiles",
                store.toString());
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(store)) {
            return entries.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }

    /// Until the server does not answer any more.
    private static void swap(URI api, AtomicReference<String> acknowledged, CountDownLatch some) {
        String next = "base";
        while (true) {
            try {
                Response answer =
                        given().baseUri(api.toString())
                                .contentType("application/json")
                                .body("{\"profile\":\"%s\"}".formatted(next))
                                .put("/admin/active");
                assertThat(answer.statusCode()).isEqualTo(200);
            } catch (Exception e) {
                return;
            }
            acknowledged.set(next);
            some.countDown();
            next = other(next);
        }
    }

    private static String other(String profile) {
        return profile.equals("base") ? "number-theory" : "base";
    }
}
