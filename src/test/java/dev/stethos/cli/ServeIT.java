package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import dev.stethos.serving.options.ModelSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The jar as operators run it: real processes, real ports, real signals.
class ServeIT {
    @TempDir private Path dir;

    @Test
    void servesTheEditedModelAndEndsCleanlyWhenTold() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(dir, "serve", "--port", "0", "--management-port", "0")) {
            ServerProcess.Ready ready = server.awaitReady();
            assertThat(ready.profile()).isEqualTo("number-theory");
            given().baseUri(ready.management())
                    .get("/q/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("UP"));
            given().baseUri(ready.api())
                    .contentType("application/json")
                    .body(
                            """
                            {"model": "%s", "max_tokens": 8,
                             "messages": [{"role": "user", "content": "What is 12+35?"}]}
                            """
                                    .formatted(ready.model()))
                    .post("/v1/chat/completions")
                    .then()
                    .statusCode(200)
                    .body("usage.completion_tokens", greaterThan(0));
            server.terminate();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void refusesATruncatedModelWithAReasonAndExitCode2() throws Exception {
        Path model = copyOfEmbeddedModel();
        try (RandomAccessFile weights =
                new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            weights.setLength(weights.length() / 2);
        }
        try (ServerProcess server =
                ServerProcess.start(
                        dir,
                        "serve",
                        "--port",
                        "0",
                        "--management-port",
                        "0",
                        "--model",
                        model.toString())) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.output())
                    .contains("stethos: model.safetensors")
                    .doesNotContain("\tat dev.stethos");
        }
    }

    @Test
    void refusesAProfileThatDoesNotExist() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(
                        dir,
                        "serve",
                        "--port",
                        "0",
                        "--management-port",
                        "0",
                        "--profile",
                        "absent")) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.output()).contains("absent").contains("number-theory");
        }
    }

    @Test
    void listensForNoOtherMachineWithoutAKey() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(
                        dir,
                        "serve",
                        "--host",
                        "0.0.0.0",
                        "--port",
                        "0",
                        "--management-port",
                        "0")) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.output())
                    .contains("stethos: quarkus.http.host: 0.0.0.0 was given and no key")
                    .doesNotContain("Listening on", "\tat ");
        }
    }

    @Test
    void listsProfilesWithoutOpeningAPort() throws Exception {
        try (ServerProcess command = ServerProcess.start(dir, "profile", "list")) {
            assertThat(command.awaitExit()).isZero();
            assertThat(command.output()).contains("number-theory").doesNotContain("Listening on");
        }
    }

    @Test
    void refusesAnUnknownCommandWithUsage() throws Exception {
        try (ServerProcess command = ServerProcess.start(dir, "sevre")) {
            assertThat(command.awaitExit()).isEqualTo(2);
            assertThat(command.output()).contains("sevre").contains("serve");
        }
    }

    private Path copyOfEmbeddedModel() throws IOException {
        Path embedded =
                ModelSource.folder(
                        ModelSource.EMBEDDED,
                        Path.of("target/test-cache").toAbsolutePath(),
                        stage -> {});
        Path copy = Files.createDirectory(dir.resolve("copied-model"));
        try (Stream<Path> files = Files.list(embedded)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
