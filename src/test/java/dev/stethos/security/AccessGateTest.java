package dev.stethos.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The gate by keys, with paths as no client library would send them.
class AccessGateTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final NewKey APP = key("app", Role.APP, KeyLimits.NONE);
    private static final NewKey EVALUATOR = key("evaluator", Role.EVALUATOR, KeyLimits.NONE);
    private static final NewKey ADMIN = key("admin-a", Role.ADMIN, KeyLimits.NONE);

    @TempDir private Path dir;

    private final ManualMeter meter = new ManualMeter();
    private @Nullable GatedServer server;

    private static NewKey key(String name, Role role, KeyLimits limits) {
        return NewKey.make(name, Set.of(role), limits, null);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private Path serve(NewKey... lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (NewKey line : lines) {
            text.append(line.line()).append('\n');
        }
        Path file = Files.writeString(dir.resolve("keys.yaml"), text);
        start(Settings.file(file), "the admin key");
        return file;
    }

    private void start(SecurityConfig config, @Nullable String adminKey) {
        server = GatedServer.start(config, adminKey, NOW, meter);
    }

    private GatedServer server() {
        GatedServer running = server;
        if (running == null) {
            throw new IllegalStateException("nothing is served yet");
        }
        return running;
    }

    private String get(String path, @Nullable String key, String... headers) throws IOException {
        return server().request("GET " + path, key, "", headers);
    }

    private String request(String line, @Nullable String key, String body, String... headers)
            throws IOException {
        return server().request(line, key, body, headers);
    }

    private static void status(String answer, int status) {
        assertThat(answer).startsWith("http/1.1 " + status + " ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models",
                "/v1/completions",
                "/v1/chat/completions",
                "/v1/evaluations",
                "/tokenize",
                "/admin/active",
                "/q/openapi",
                "/",
                "/nowhere"
            })
    void noPathIsOpenWithoutAKnownKey(String path) throws IOException {
        serve(APP);
        NewKey stranger = key("app", Role.APP, KeyLimits.NONE);
        status(get(path, null), 401);
        for (String given : List.of("", "x", stranger.text(), APP.text() + "x", "the admin keyx")) {
            String answer = get(path, given);
            status(answer, 401);
            assertThat(answer)
                    .contains("www-authenticate: bearer", "\"code\":\"invalid_api_key\"")
                    .contains("\"type\":\"authentication_error\"");
            if (given.length() > 1) {
                assertThat(answer).doesNotContain(given);
            }
        }
        status(get(path, null, "Authorization: Basic YTpi"), 401);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/completions, 200, 403",
        "/v1/chat/completions, 200, 403",
        "/v1/math/solutions, 200, 403",
        "/tokenize, 200, 403",
        "/detokenize, 200, 403",
        "/v1/models, 200, 200",
        "/v1/models/org%2Fname:base, 200, 200",
        "/q/openapi, 200, 200",
        "/v1/evaluations, 403, 200",
        "/v1/evaluations/1/report, 403, 200",
        "/admin/active, 403, 403",
        "/admin/promotions, 403, 403",
        "/nowhere, 403, 403",
    })
    void aRoleOpensItsPaths(String path, int app, int evaluator) throws IOException {
        serve(APP, EVALUATOR, ADMIN);
        status(get(path, APP.text()), app);
        status(get(path, EVALUATOR.text()), evaluator);
        status(get(path, ADMIN.text()), 200);
        status(get(path, "the admin key"), 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/admin/active/",
                "//admin/active",
                "///admin//active",
                "/./admin/active",
                "/v1/../admin/active",
                "/v1/models/../../admin/active",
                "/v1/models/%2e%2e/%2e%2e/admin/active",
                "/v1/models/%2E%2E/%2e./admin/active",
                "/%61dmin/active",
                "/admin%2factive",
                "/admin;x/active",
                "/admin;x=/v1/models/",
                "/;/admin/active",
                "/ADMIN/active",
                "/v1/completions;x",
                "/v1/completions/..;/admin",
                "/v1/models;x/../../admin/active",
                "/v1/modelsx",
                "/v1%2fmodels",
            })
    void noSpellingOfAPathOpensIt(String path) throws IOException {
        serve(APP);
        status(get(path, APP.text()), 403);
        status(get(path, null), 401);
    }

    @Test
    void anExpiredKeyIsRefused() throws IOException {
        NewKey over = NewKey.make("over", Set.of(Role.APP), KeyLimits.NONE, NOW);
        NewKey valid = NewKey.make("valid", Set.of(Role.APP), KeyLimits.NONE, NOW.plusSeconds(1));
        serve(over, valid);
        String answer = get("/v1/models", over.text());
        status(answer, 401);
        assertThat(answer).contains("has expired");
        status(get("/v1/models", valid.text()), 200);
    }

    @Test
    void otherSitesPagesDoNotReachTheAdminApi() throws IOException {
        serve(ADMIN);
        status(get("/admin/active", ADMIN.text(), "Origin: https://example.org"), 403);
        status(get("/admin/active", ADMIN.text(), "Origin: null"), 403);
        String own = "localhost:" + server().port();
        status(get("/admin/active", ADMIN.text(), "Origin: http://" + own), 200);
        String preflight =
                request(
                        "OPTIONS /admin/active",
                        null,
                        "",
                        "Origin: https://example.org",
                        "Access-Control-Request-Method: PUT");
        status(preflight, 401);
        assertThat(preflight).doesNotContain("access-control-allow");
    }

    @Test
    void withoutKeysThisMachineMayDoEverythingButNoOtherSitesPage() throws IOException {
        start(Settings.NOTHING, null);
        assertThat(get("/v1/models", null)).endsWith("loopback");
        assertThat(get("/admin/active", null)).endsWith("loopback");
        assertThat(get("/nowhere", "whatever")).endsWith("loopback");
        status(get("/admin/active", null, "Origin: https://example.org"), 403);
        status(get("/admin/active", null, "Host: rebound.example.org"), 403);
        status(get("//admin/active", null, "Host: rebound.example.org"), 403);
    }

    @Test
    void aSecretsSymlinkSwapChangesTheKeys() throws IOException {
        Path first = Files.createDirectory(dir.resolve("..1"));
        Path second = Files.createDirectory(dir.resolve("..2"));
        Files.writeString(first.resolve("keys.yaml"), APP.line());
        Files.writeString(second.resolve("keys.yaml"), EVALUATOR.line());
        Path data = Files.createSymbolicLink(dir.resolve("..data"), first.getFileName());
        Path file = Files.createSymbolicLink(dir.resolve("keys.yaml"), Path.of("..data/keys.yaml"));
        start(Settings.file(file), null);
        status(get("/v1/models", APP.text()), 200);
        status(get("/v1/models", EVALUATOR.text()), 401);

        Path next = Files.createSymbolicLink(dir.resolve("..tmp"), second.getFileName());
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        refresh(file);
        status(get("/v1/models", APP.text()), 401);
        status(get("/v1/models", EVALUATOR.text()), 200);

        Files.writeString(second.resolve("keys.yaml"), "- broken");
        refresh(file);
        status(get("/v1/models", EVALUATOR.text()), 200);
        Files.delete(data);
        refresh(file);
        status(get("/v1/models", EVALUATOR.text()), 200);
    }

    private void refresh(Path file) {
        server().keys().refresh(new KeyFile(file));
    }

    @Test
    void everyAdminActLeavesALine() throws IOException {
        serve(APP, ADMIN);
        String id = "X-Request-Id: a1";
        status(request("PUT /admin/active", ADMIN.text(), "{}", id), 200);
        status(request("POST /v1/models", ADMIN.text(), "{}", id), 200);
        status(get("/admin/active", ADMIN.text(), id), 200);
        status(request("DELETE //admin/profiles/a%0d%0ab", APP.text(), "", id), 403);
        status(get("/admin/active", null, id), 401);
        assertThat(server().audited())
                .containsExactly(
                        "actor=admin-a act=PUT:/admin/active about=profile??actor=forged outcome=200 request=a1",
                        "actor=app act=DELETE:/admin/profiles/a%0d%0ab about=- outcome=403 request=a1",
                        "actor=unknown act=GET:/admin/active about=- outcome=401 request=a1");
    }

    @Test
    void aKeysRequestsAreCountedAndTheWaitIsHonest() throws IOException {
        NewKey limited = key("limited", Role.APP, new KeyLimits(2L, null));
        serve(limited, APP);
        String first = get("/v1/models", limited.text());
        status(first, 200);
        assertThat(first)
                .contains("x-ratelimit-limit-requests: 2", "x-ratelimit-remaining-requests: 1")
                .contains("x-ratelimit-reset-requests: 30s");
        status(get("/v1/models", limited.text()), 200);

        String refused = request("POST /v1/models", limited.text(), "x".repeat(10_000));
        status(refused, 429);
        assertThat(refused)
                .contains("retry-after: 30\r\n", "x-ratelimit-remaining-requests: 0")
                .contains("\"type\":\"rate_limit_error\"", "\"code\":\"rate_limit_exceeded\"");
        status(get("/v1/models", APP.text()), 200);

        meter.pass(Duration.ofSeconds(30).minusNanos(1));
        assertThat(get("/v1/models", limited.text())).contains("retry-after: 1\r\n");
        meter.pass(Duration.ofNanos(1));
        status(get("/v1/models", limited.text()), 200);
    }

    @Test
    void whatARequestDidNotUseIsGivenBack() throws IOException {
        NewKey limited = key("limited", Role.APP, new KeyLimits(null, 120L));
        serve(limited);
        server().use(20);
        assertThat(get("/v1/completions", limited.text()))
                .contains("x-ratelimit-limit-tokens: 120", "x-ratelimit-remaining-tokens: 20")
                .contains("x-ratelimit-reset-tokens: 50s");
        assertThat(get("/v1/completions", limited.text()))
                .contains("x-ratelimit-remaining-tokens: 0");
        String refused = get("/v1/completions", limited.text());
        status(refused, 429);
        assertThat(refused).contains("retry-after: 10\r\n", "x-ratelimit-remaining-tokens: 80");
        meter.pass(Duration.ofSeconds(10));
        status(get("/v1/completions", limited.text()), 200);
    }

    @Test
    void moreThanAMinutesTokensNeedAFullBucketAndAreOwed() throws IOException {
        NewKey limited = key("limited", Role.APP, new KeyLimits(null, 60L));
        serve(limited);
        server().use(90);
        status(get("/v1/completions", limited.text()), 200);
        assertThat(get("/v1/completions", limited.text())).contains("retry-after: 90\r\n");
        meter.pass(Duration.ofSeconds(90));
        status(get("/v1/completions", limited.text()), 200);
    }
}
