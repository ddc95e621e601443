package dev.stethos.admin;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Profiles come into the store and leave it over HTTP, while the store's folder is as others leave
/// it.
@QuarkusTest
@TestProfile(UploadIT.StoreOfItsOwn.class)
final class UploadIT {
    private static final Path SHIPPED = Path.of("edit-profiles/number-theory");
    private static final Path STORE = Path.of("target/upload-test/profiles").toAbsolutePath();
    private static final String MANIFEST = "profile.yaml";
    private static final String DELTAS = "deltas.safetensors";
    private static final String BINARY = "application/octet-stream";

    @TestHTTPResource private URI server;

    /// Serves a copy of the project's profiles.
    public static final class StoreOfItsOwn implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            place("number-theory", manifest("number-theory"), deltas());
            return Map.of(
                    "stethos.profiles",
                    STORE.toString(),
                    "stethos.state",
                    STORE.resolveSibling("state").toString(),
                    "stethos.admin.max-upload",
                    "8M");
        }
    }

    @AfterEach
    void leavesOnlyTheProfileThatIsActive() throws IOException {
        given().get("/admin/active").then().body("profile", equalTo("number-theory"));
        assertThat(entries()).containsExactly("number-theory");
    }

    @Test
    void anUploadCanBeLoadedAndDeleted() {
        Response uploaded = upload(manifest("copy"), deltas());
        assertThat(uploaded.statusCode()).as(uploaded.asString()).isEqualTo(201);
        assertThat(uploaded.<String>path("profile")).isEqualTo("copy");
        state("copy", "stored");
        given().post("/admin/profiles/copy/load?scale=0.5").then().statusCode(200);
        given().get("/v1/models").then().body("data.id", hasItem("tiny-gemma-3:copy@0.5"));

        Response again = upload(manifest("copy"), deltas());
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.<String>path("revision")).isEqualTo(uploaded.path("revision"));

        String other = manifest("copy").replace("scale: 1.0", "scale: 0.5");
        refused(upload(other, deltas()), 409, "profile_exists", "other content under this name");

        given().delete("/admin/profiles/copy")
                .then()
                .statusCode(200)
                .body("profiles.profile", not(hasItem("copy@0.5")));
        given().get("/v1/models").then().body("data.id", not(hasItem("tiny-gemma-3:copy@0.5")));
        refused(given().delete("/admin/profiles/copy"), 404, "profile_not_found", "copy");
    }

    @Test
    void whatIsNoProfileOfThisBaseIsRefused() {
        byte[] damaged = deltas();
        damaged[damaged.length / 2] ^= 1;
        byte[] half = Arrays.copyOf(deltas(), deltas().length / 2);
        String manifest = manifest("copy");
        refused(upload(manifest, damaged), 422, "invalid_profile", "sha256");
        refused(upload(manifest, half), 422, "invalid_profile", DELTAS);
        refused(upload(manifest, new byte[0]), 422, "invalid_profile", DELTAS);
        refused(upload("a: [", deltas()), 422, "invalid_profile", "not YAML");
        refused(upload(manifest("../copy"), deltas()), 400, "invalid_profile_name", "../copy");
        refused(upload(manifest("base"), deltas()), 400, "invalid_profile_name", "base");
        refused(
                upload(manifest.replaceAll("config: \"[0-9a-f]{4}", "config: \"0000"), deltas()),
                409,
                "base_mismatch",
                "config.json");
        refused(
                given().multiPart(DELTAS, DELTAS, deltas(), BINARY).post("/admin/profiles"),
                422,
                "invalid_profile",
                "profile.yaml is missing");
        refused(
                given().multiPart(MANIFEST, MANIFEST, manifest.getBytes(StandardCharsets.UTF_8))
                        .post("/admin/profiles"),
                422,
                "invalid_profile",
                "deltas.safetensors is missing");
    }

    @Test
    void otherFilesAndTypesAndSizesAreRefused() throws IOException {
        for (String name : List.of("weights.pt", "../x", "profile.yaml/../../x")) {
            refused(
                    given().multiPart(name, "deltas.safetensors", new byte[9], BINARY)
                            .post("/admin/profiles"),
                    415,
                    "unsupported_file",
                    "profile.sig");
        }
        refused(
                given().multiPart(MANIFEST, "a", new byte[9], BINARY)
                        .multiPart(MANIFEST, "b", new byte[9], BINARY)
                        .post("/admin/profiles"),
                422,
                "invalid_profile",
                "twice");
        refused(
                given().contentType("application/zip").body(new byte[9]).post("/admin/profiles"),
                415,
                "unsupported_media_type",
                "multipart/form-data");
        // Nothing is unpacked: a bomb stays the few bytes that it is.
        refused(
                given().contentType("multipart/form-data; boundary=B")
                        .header("Content-Encoding", "gzip")
                        .body(gzipped(8 << 20))
                        .post("/admin/profiles"),
                413,
                "body_too_large",
                "compressed");
        refused(upload(manifest("copy"), gzipped(8 << 20)), 422, "invalid_profile", DELTAS);
        refused(upload(manifest("copy"), new byte[9 << 20]), 413, "body_too_large", "body");
        given().header("Origin", "https://example.org")
                .multiPart(MANIFEST, "a", new byte[9], BINARY)
                .post("/admin/profiles")
                .then()
                .statusCode(403);
    }

    @Test
    void nothingIsFetched() {
        String sent = "multipart/form-data";
        for (String url : List.of("http://169.254.169.254/x", "file:///etc/passwd", "hf://a/b")) {
            refused(
                    given().contentType("application/json")
                            .body("{\"url\":\"%s\"}".formatted(url))
                            .post("/admin/profiles"),
                    400,
                    "unsupported_parameter",
                    sent);
            refused(
                    given().formParam("url", url).post("/admin/profiles"),
                    400,
                    "unsupported_parameter",
                    sent);
            refused(
                    given().multiPart("url", url).post("/admin/profiles"),
                    400,
                    "unsupported_parameter",
                    sent);
        }
    }

    @Test
    void whatIsInUseIsNotDeletedAndLinksAreNotFollowed() throws IOException {
        refused(given().delete("/admin/profiles/number-theory"), 409, "profile_in_use", "active");
        refused(
                given().urlEncodingEnabled(false).delete("/admin/profiles/..%2fx"),
                400,
                "invalid_profile_name",
                "../x");
        refused(given().delete("/admin/profiles/base"), 400, "invalid_profile_name", "base");
        Path outside = Files.createDirectories(STORE.resolveSibling("outside"));
        Files.writeString(outside.resolve("kept"), "text");
        Path link = Files.createSymbolicLink(STORE.resolve("link"), outside);
        try {
            refused(given().delete("/admin/profiles/link"), 422, "invalid_profile", "a link");
        } finally {
            Files.delete(link);
        }
        place("linked", "broken", new byte[9]);
        Files.createSymbolicLink(STORE.resolve("linked/more"), outside);
        given().delete("/admin/profiles/linked").then().statusCode(200);
        assertThat(outside.resolve("kept")).exists();
    }

    /// The store is as it is on disk, at any moment.
    @Test
    void foldersThatOthersChangeAreSeenAndBrokenOnesAreNeverServed() throws IOException {
        place("placed", manifest("placed"), deltas());
        try {
            state("placed", "stored");
            given().post("/admin/profiles/placed/load").then().statusCode(200);
            String before = answer("placed");
            byte[] damaged = deltas();
            Arrays.fill(damaged, damaged.length / 2, damaged.length, (byte) 0);
            Files.write(STORE.resolve("placed").resolve(DELTAS), damaged);
            assertThat(answer("placed")).isEqualTo(before);
            refused(
                    given().contentType("application/json")
                            .body("{\"profile\":\"placed\"}")
                            .put("/admin/active"),
                    422,
                    "invalid_profile",
                    "sha256");
            given().post("/admin/profiles/placed/unload").then().statusCode(200);
            state("placed", "refused");
            given().get("/admin/profiles")
                    .then()
                    .body(
                            "profiles.find { it.profile == 'placed' }.reason",
                            containsString("the manifest says"));
        } finally {
            given().delete("/admin/profiles/placed").then().statusCode(200);
        }
        given().get("/admin/profiles").then().body("profiles.profile", not(hasItem("placed")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--B\r\nContent-Disposition: form-data; name=\"deltas.safetensors\"\r\n\r\nabc"
            })
    void aSenderWhoLeavesLeavesNothing(String sent) throws IOException, InterruptedException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write(
                            ("POST /admin/profiles HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Content-Type: multipart/form-data; boundary=B\r\n"
                                            + "Content-Length: 5000000\r\n\r\n"
                                            + sent)
                                    .getBytes(StandardCharsets.US_ASCII));
            await(() -> entries().size() == 2);
        }
        await(() -> entries().size() == 1);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private static void state(String profile, String state) {
        given().get("/admin/profiles")
                .then()
                .body("profiles.find { it.profile == '" + profile + "' }.state", equalTo(state));
    }

    private static String answer(String profile) {
        return given().contentType("application/json")
                .body(
                        "{\"model\":\"tiny-gemma-3:%s\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"Write 38 in base 7.\"}]}"
                                .formatted(profile))
                .post("/v1/chat/completions")
                .path("choices[0].message.content");
    }

    private static Response upload(String manifest, byte[] deltas) {
        return given().multiPart(MANIFEST, MANIFEST, manifest.getBytes(StandardCharsets.UTF_8))
                .multiPart(DELTAS, DELTAS, deltas, BINARY)
                .post("/admin/profiles");
    }

    private static void refused(Response response, int status, String code, String named) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.<String>path("error.code")).isEqualTo(code);
        assertThat(response.<String>path("error.message"))
                .contains(named)
                .doesNotContain(STORE.toString());
    }

    private static byte[] gzipped(int zeros) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(new byte[zeros]);
        }
        return bytes.toByteArray();
    }

    private static String manifest(String name) {
        try {
            return Files.readString(SHIPPED.resolve(MANIFEST))
                    .replace("name: \"number-theory\"", "name: \"" + name + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] deltas() {
        try {
            return Files.readAllBytes(SHIPPED.resolve(DELTAS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void place(String name, String manifest, byte[] deltas) {
        try {
            Path folder = Files.createDirectories(STORE.resolve(name));
            Files.write(folder.resolve(DELTAS), deltas, StandardOpenOption.CREATE);
            Files.writeString(folder.resolve(MANIFEST), manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> entries() {
        try (Stream<Path> entries = Files.list(STORE)) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
