package dev.stethos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.security.oidc.LoopbackIssuer;
import dev.stethos.security.oidc.OidcSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The gate by an issuer's tokens, beside keys.
class TokenAccessTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final NewKey APP = NewKey.make("app", Set.of(Role.APP), KeyLimits.NONE, null);

    @TempDir private Path dir;

    private final LoopbackIssuer issuer = new LoopbackIssuer();
    private @Nullable GatedServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        issuer.close();
    }

    private GatedServer serve(OidcSettings settings) throws IOException {
        Path file = Files.writeString(dir.resolve("keys.yaml"), APP.line());
        GatedServer started =
                GatedServer.start(
                        new Settings(Optional.of(file), false, settings),
                        null,
                        NOW,
                        new ManualMeter());
        server = started;
        return started;
    }

    private GatedServer serve() throws IOException {
        return serve(OidcSettings.of(issuer.address()));
    }

    private String token(String subject, String... roles) {
        return token(claims -> {
            claims.setSubject(subject);
            claims.setStringListClaim("roles", roles);
        });
    }

    private String token(Consumer<JwtClaims> change) {
        return issuer.token(NOW, change);
    }

    private static String get(GatedServer from, String path, String token) throws IOException {
        return from.request("GET " + path, token, "");
    }

    private static void status(String answer, int status) {
        assertThat(answer).startsWith("http/1.1 " + status + " ");
    }

    @Test
    void aTokensRolesOpenTheirPaths() throws IOException {
        GatedServer gated = serve();
        String app = token("user-1", "app", "unknown");
        assertThat(get(gated, "/v1/completions", app)).endsWith("\r\n\r\noidc:user-1");
        status(get(gated, "/v1/evaluations", app), 403);
        status(get(gated, "/admin/active", app), 403);
        status(get(gated, "/v1/evaluations", token("user-2", "evaluator")), 200);
        status(get(gated, "/admin/active", token("user-3", "stethos-admins")), 200);
        status(get(gated, "/admin/active", token("user-3", "admin")), 403);
        status(get(gated, "/v1/models", APP.text()), 200);
        status(get(gated, "/v1/models", "a.b"), 401);
    }

    @Test
    void aTokenWithoutARoleIsKnownButForbidden() throws IOException {
        GatedServer gated = serve();
        for (String token : List.of(token("user-1"), token(claims -> claims.unsetClaim("roles")))) {
            String answer = get(gated, "/v1/models", token);
            status(answer, 403);
            assertThat(answer).contains("oidc:user-1").contains("roles here ([])");
        }
    }

    @Test
    void aRefusalSaysWhyAndNeverRepeatsTheToken() throws IOException {
        GatedServer gated = serve();
        String old =
                token(claims ->
                        claims.setExpirationTime(
                                NumericDate.fromSeconds(NOW.getEpochSecond() - 60)));
        String answer = get(gated, "/v1/models", old);
        status(answer, 401);
        assertThat(answer)
                .contains("www-authenticate: bearer", "\"code\":\"invalid_token\"", "expired");
        for (String part : old.split("\\.")) {
            assertThat(answer).doesNotContain(part);
        }
        assertThat(get(gated, "/v1/models", token(claims -> claims.setAudience("x"))))
                .contains("another audience");
    }

    @Test
    void withoutTheIssuerKeysGoOnAndTokensWait() throws IOException {
        issuer.close();
        GatedServer gated = serve();
        String answer = get(gated, "/v1/models", token("user-1", "app"));
        status(answer, 503);
        assertThat(answer).contains("retry-after: 5\r\n", "\"code\":\"issuer_unavailable\"");
        status(get(gated, "/v1/models", APP.text()), 200);
        status(get(gated, "/v1/models", "x"), 401);
    }

    @Test
    void aSubjectsTokensShareOneBudget() throws IOException {
        GatedServer gated = serve(OidcSettings.of(issuer.address()).withRequestsPerMinute(2));
        status(get(gated, "/v1/models", token("user-1", "app")), 200);
        status(get(gated, "/v1/models", token("user-1", "evaluator")), 200);
        status(get(gated, "/v1/models", token("user-1", "app")), 429);
        status(get(gated, "/v1/models", token("user-2", "app")), 200);
    }

    @Test
    void theSubjectStandsInTheAuditLogAndForgesNothing() throws IOException {
        GatedServer gated = serve();
        status(
                gated.request(
                        "PUT /admin/active",
                        token("ops\r\nactor=admin x", "stethos-admins"),
                        "{}",
                        "X-Request-Id: a1"),
                200);
        assertThat(gated.audited())
                .containsExactly(
                        "actor=oidc:ops??actor=admin?x act=PUT:/admin/active about=profile??actor=forged outcome=200 request=a1");
    }

    @Test
    void anIssuerAloneMakesEveryPathNeedAToken() throws IOException {
        server =
                GatedServer.start(
                        new Settings(Optional.empty(), false, OidcSettings.of(issuer.address())),
                        null,
                        NOW,
                        new ManualMeter());
        String answer = server.request("GET /v1/models", null, "");
        status(answer, 401);
        assertThat(answer).contains("an API key or the issuer's token");
        status(get(server, "/v1/models", token("user-1", "app")), 200);
    }

    @Test
    void anUnsafeIssuerStopsTheStart() {
        Settings settings =
                new Settings(
                        Optional.empty(),
                        false,
                        OidcSettings.of(URI.create("http://issuer.example.org")));
        assertThatThrownBy(() ->
                        new Keys(
                                settings,
                                null,
                                "127.0.0.1",
                                InstantSource.fixed(NOW),
                                new ManualMeter()))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("http://issuer.example.org");
    }
}
