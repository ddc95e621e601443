package dev.stethos.security;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.stethos.traces.TraceReceiver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole server with a keys file.
@QuarkusTest
@TestProfile(AccessIT.WithKeys.class)
final class AccessIT {
    private static final Path FOLDER = Path.of("target/access-test").toAbsolutePath();
    private static final Path LINES = FOLDER.resolve("keys.yaml");
    private static final String MARKER = "marker-4711";

    @TestHTTPResource("/")
    URI api = URI.create("/");

    @TestHTTPResource(value = "/", management = true)
    URI management = URI.create("/");

    /// Makes the keys once: each holder's lies in a file of its name.
    public static final class WithKeys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            try {
                if (Files.notExists(LINES)) {
                    Files.createDirectories(FOLDER);
                    Files.writeString(
                            LINES,
                            line("app", Role.APP, KeyLimits.NONE)
                                    + line("evaluator", Role.EVALUATOR, KeyLimits.NONE)
                                    + line("ops", Role.ADMIN, KeyLimits.NONE)
                                    + line("rare", Role.APP, new KeyLimits(1L, null))
                                    + line("small", Role.APP, new KeyLimits(null, 40L)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of(
                    "stethos.security.keys",
                    LINES.toString(),
                    "stethos.state",
                    FOLDER.resolve("state").toString());
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(
                    new TestResourceEntry(IssuerResource.class),
                    new TestResourceEntry(TraceReceiver.class));
        }

        private static String line(String name, Role role, KeyLimits limits) throws IOException {
            NewKey key = NewKey.make(name, Set.of(role), limits, null);
            Files.writeString(FOLDER.resolve(name), key.text());
            return key.line() + "\n";
        }
    }

    private static String key(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RequestSpecification as(String name) {
        return given().header("Authorization", "Bearer " + key(name))
                .contentType("application/json");
    }

    private static Response complete(String name, String prompt, int maxTokens) {
        return as(name).body(
                        "{\"model\":\"tiny-gemma-3\",\"prompt\":\"%s\",\"max_tokens\":%d}"
                                .formatted(prompt, maxTokens))
                .post("/v1/completions");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models",
                "/v1/completions",
                "/v1/evaluations",
                "/v1/math/solutions",
                "/tokenize",
                "/admin/active",
                "/q/openapi",
                "/",
                "/nowhere"
            })
    void nothingIsAnsweredWithoutAKey(String path) {
        given().get(path)
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store")
                .header("X-Request-Id", notNullValue())
                .header("Server", nullValue())
                .body("error.code", equalTo("invalid_api_key"));
        given().contentType("application/json").body("{").post(path).then().statusCode(401);
    }

    @Test
    void eachRoleHasItsPaths() {
        assertThat(complete("app", "2+3=", 2).statusCode()).isEqualTo(200);
        assertThat(complete("evaluator", "2+3=", 2).statusCode()).isEqualTo(403);
        as("evaluator").get("/v1/models").then().statusCode(200);
        as("evaluator").get("/v1/evaluations").then().statusCode(200);
        as("app").get("/v1/evaluations").then().statusCode(403);
        as("app").get("/admin/active").then().statusCode(403);
        as("ops")
                .body("{\"profile\":\"number-theory\"}")
                .put("/admin/active")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("actor", equalTo("ops"));
        as("ops").get("/admin/history").then().body("changes.actor", everyItem(notNullValue()));
        as("ops")
                .header("Origin", "https://example.org")
                .get("/admin/active")
                .then()
                .statusCode(403);
    }

    /// The first token makes the request wait for the issuer, its body with it.
    @Test
    void anIssuersTokensOpenTheirPaths() {
        String body = "{\"model\":\"tiny-gemma-3\",\"prompt\":\"%s\",\"max_tokens\":2}";
        withToken("app")
                .body(body.formatted("2+3="))
                .post("/v1/completions")
                .then()
                .statusCode(200);
        withToken("app")
                .body(body.formatted("2".repeat(100_000)))
                .post("/v1/completions")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("context_length_exceeded"));
        withToken("app").get("/admin/active").then().statusCode(403);
        withToken("nothing").get("/v1/models").then().statusCode(403);
        withToken("stethos-admins")
                .body("{\"profile\":\"number-theory\"}")
                .put("/admin/active")
                .then()
                .statusCode(200)
                .body("actor", equalTo("oidc:user-1"));
        given().header("Authorization", "Bearer " + token("app") + "x")
                .get("/v1/models")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("invalid_token"));
    }

    private static RequestSpecification withToken(String role) {
        return given().header("Authorization", "Bearer " + token(role))
                .contentType("application/json");
    }

    private static String token(String role) {
        String issuer =
                ConfigProvider.getConfig().getValue("stethos.security.oidc.issuer", String.class);
        return given().baseUri(issuer).get("/token?" + role).asString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//admin/active",
                "/v1/../admin/active",
                "/v1/models/../../admin/active",
                "/v1/models/%2e%2e/%2e%2e/admin/active",
                "/v1/models/..%2f..%2fadmin%2factive",
                "/v1/models/..;/..;/admin/active",
                "/%61dmin/active",
                "/admin;x/active",
                "/admin/active;x",
                "/;/admin/active",
                "/ADMIN/active",
                "/admin/active/",
                "/v1/models;/../../admin/active",
            })
    void noSpellingReachesTheAdminApi(String path) throws IOException {
        assertThat(status(path, key("app"))).isIn(400, 403, 404);
        assertThat(status(path, null)).isIn(400, 401);
    }

    private int status(String path, @Nullable String key) throws IOException {
        String head =
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + (key == null ? "" : "Authorization: Bearer " + key + "\r\n")
                        + "\r\n";
        try (Socket socket = new Socket(api.getHost(), api.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 ");
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void aKeysRequestsAreLimited() {
        as("rare").get("/v1/models").then().header("x-ratelimit-limit-requests", equalTo("1"));
        Response refused = as("rare").get("/v1/models");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.<String>path("error.type")).isEqualTo("rate_limit_error");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
    }

    @Test
    void aKeysTokensAreLimited() {
        Response first = complete("small", "2+3=", 4);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.header("x-ratelimit-limit-tokens")).isEqualTo("40");
        Response refused = complete("small", "2+3=", 64);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.<String>path("error.code")).isEqualTo("rate_limit_exceeded");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
        as("small").body("{\"problem\":\"2+3\"}").post("/v1/math/solutions").then().statusCode(429);
    }

    @Test
    void healthNeedsNoKey() {
        for (String check : List.of("started", "live", "ready")) {
            given().baseUri(management.toString()).get("health/" + check).then().statusCode(200);
        }
    }

    @Test
    void noPromptAndNoKeyIsLoggedCountedOrTraced() throws InterruptedException {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler recorder = new Recorder(lines);
        Logger root = Logger.getLogger("");
        root.addHandler(recorder);
        try {
            assertThat(complete("app", MARKER, 2).statusCode()).isEqualTo(200);
            assertThat(complete("app", MARKER, -1).statusCode()).isEqualTo(400);
            assertThat(complete("app", MARKER + "\\u0", 1).statusCode()).isEqualTo(400);
            assertThat(complete("app", MARKER + "\",\"" + MARKER + "\":\"", 1).statusCode())
                    .isEqualTo(400);
            assertThat(complete("evaluator", MARKER, 1).statusCode()).isEqualTo(403);
            given().header("Authorization", "Bearer " + key("app") + MARKER)
                    .put("/admin/active")
                    .then()
                    .statusCode(401);
            as("ops").body("{\"profile\":\"no-such\"}").put("/admin/active").then().statusCode(404);
        } finally {
            root.removeHandler(recorder);
        }
        assertThat(lines).anyMatch(line -> line.contains("actor=unknown act=PUT:/admin/active"));
        assertThat(lines).anyMatch(line -> line.contains("actor=ops") && line.contains("no-such"));
        assertThat(lines).noneMatch(AccessIT::tells);
        String metrics = given().baseUri(management.toString()).get("metrics").asString();
        assertThat(metrics).contains("stethos_");
        assertThat(tells(metrics)).isFalse();
        String traces = traces();
        assertThat(traces).contains("gen_ai.usage.output_tokens", "prefill", "tiny-gemma-3");
        assertThat(tells(traces)).isFalse();
    }

    /// What the collector has once the first batch is there.
    private static String traces() throws InterruptedException {
        String collector =
                ConfigProvider.getConfig().getValue("otel.exporter.otlp.endpoint", String.class);
        String received = "";
        for (int i = 0; i < 300 && !received.contains("text_completion"); i++) {
            Thread.sleep(100);
            received = given().baseUri(collector).get("/received").asString();
        }
        return received;
    }

    private static boolean tells(String text) {
        return text.contains(MARKER) || text.contains("sk-stethos-");
    }

    /// Keeps what is logged, stack traces included.
    private static final class Recorder extends Handler {
        private final List<String> lines;
        private final Formatter formatter = new PatternFormatter("%c %X{request} %m %e");

        Recorder(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord logged) {
            lines.add(formatter.format(logged));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
