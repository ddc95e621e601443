package dev.stethos.cli;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uploads and swaps while the system takes no more bytes: nothing is left behind, what is active
/// stays, and everything works when there is room again.
final class FullDiskIT {
    private static final Path SHIPPED = Path.of("edit-profiles/number-theory");
    private static final List<String> FILES = List.of("profile.yaml", "deltas.safetensors");

    @TempDir private Path dir;

    @Test
    void whatFindsNoRoomLeavesNothing() throws Exception {
        Path disk = Files.createDirectory(dir.resolve("disk"));
        boolean small =
                succeeds("mount", "-t", "tmpfs", "-o", "size=7m", "tmpfs", disk.toString());
        try (ServerProcess server = serve(storeIn(disk))) {
            ServerProcess.Ready ready = server.awaitReady();
            assertLongFilesAreRefused(server, ready, disk);
            if (small) {
                assertAFullDiskIsRefused(ready, disk);
                assertAReadOnlyDiskIsRefused(ready, disk);
            }
            assertThat(upload(ready).statusCode()).isEqualTo(201);
            assertThat(activate(ready, "copy").statusCode()).isEqualTo(200);
        } finally {
            if (small) {
                assertThat(succeeds("umount", "--lazy", disk.toString())).isTrue();
            }
        }
    }

    /// What every system can do: no file may become longer than a part of the upload.
    private static void assertLongFilesAreRefused(
            ServerProcess server, ServerProcess.Ready ready, Path disk) throws Exception {
        server.limit("fsize", "1000000");
        assertRefused(upload(ready), "store_not_writable", "File too large");
        assertUntouched(ready, disk);

        server.limit("fsize", "1");
        assertRefused(activate(ready, "base"), "history_not_writable", "File too large");
        assertUntouched(ready, disk);
        server.limit("fsize", "unlimited");
    }

    /// A small disk of its own, where this process may mount one.
    private static void assertAFullDiskIsRefused(ServerProcess.Ready ready, Path disk)
            throws IOException {
        Path filler = Files.write(disk.resolve("filler"), new byte[2 << 20]);
        for (int i = 0; i < 2; i++) {
            assertRefused(upload(ready), "store_not_writable", "No space left on device");
            assertUntouched(ready, disk);
        }
        Files.delete(filler);
    }

    private static void assertAReadOnlyDiskIsRefused(ServerProcess.Ready ready, Path disk)
            throws Exception {
        assertThat(succeeds("mount", "-o", "remount,ro", disk.toString())).isTrue();
        assertRefused(upload(ready), "store_not_writable", "Read-only file system");
        assertUntouched(ready, disk);
        assertThat(succeeds("mount", "-o", "remount,rw", disk.toString())).isTrue();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path storeIn(Path parent) throws IOException {
        Path store = parent.resolve("profiles");
        Path profile = Files.createDirectories(store.resolve("number-theory"));
        for (String file : FILES) {
            Files.copy(SHIPPED.resolve(file), profile.resolve(file));
        }
        return store;
    }

    private ServerProcess serve(Path store) throws IOException {
        return ServerProcess.start(
                dir,
                List.of("-XX:TieredStopAtLevel=1"),
                "serve",
                "--port",
                "0",
                "--management-port",
                "0",
                "--profiles",
                store.toString());
    }

    private static Response upload(ServerProcess.Ready ready) throws IOException {
        String manifest =
                Files.readString(SHIPPED.resolve("profile.yaml"))
                        .replace("name: \"number-theory\"", "name: \"copy\"");
        return given().baseUri(ready.api())
                .multiPart("profile.yaml", "m", manifest.getBytes(StandardCharsets.UTF_8))
                .multiPart(
                        "deltas.safetensors",
                        "d",
                        Files.readAllBytes(SHIPPED.resolve("deltas.safetensors")))
                .post("/admin/profiles");
    }

    private static Response activate(ServerProcess.Ready ready, String profile) {
        return given().baseUri(ready.api())
                .contentType("application/json")
                .body("{\"profile\":\"%s\"}".formatted(profile))
                .put("/admin/active");
    }

    private static void assertRefused(Response response, String code, String reason) {
        response.then()
                .statusCode(507)
                .body("error.code", equalTo(code))
                .body("error.message", containsString(reason));
    }

    private static void assertUntouched(ServerProcess.Ready ready, Path disk) throws IOException {
        try (Stream<Path> entries = Files.list(disk.resolve("profiles"))) {
            assertThat(entries.map(entry -> String.valueOf(entry.getFileName())))
                    .containsExactly("number-theory");
        }
        given().baseUri(ready.api())
                .get("/admin/active")
                .then()
                .body("profile", equalTo("number-theory"));
        given().baseUri(ready.api())
                .contentType("application/json")
                .body(
                        "{\"model\":\"%s\",\"prompt\":\"2+3=\",\"max_tokens\":4}"
                                .formatted(ready.model()))
                .post("/v1/completions")
                .then()
                .statusCode(200);
    }
}
