package dev.stethos.security.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stethos.security.oidc.TokenRefusal.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
    private static final RsaJsonWebKey STRANGER = LoopbackIssuer.newKey("first");
    private static final RsaJsonWebKey NEXT = LoopbackIssuer.newKey("next");

    private final LoopbackIssuer issuer = new LoopbackIssuer();
    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final TokenVerifier verifier =
            TokenVerifier.of(issuer.address(), OidcSettings.of(issuer.address()), now::get);

    @AfterEach
    void close() {
        issuer.close();
    }

    private String token(Consumer<JwtClaims> change) {
        return issuer.token(now.get(), change);
    }

    private VerifiedToken verified(String token) {
        return verifier.verify(token).join();
    }

    private void refused(String token, Reason reason) {
        Throwable cause = catchThrowable(() -> verified(token)).getCause();
        assertThat(cause).isInstanceOf(TokenRefusal.class);
        assertThat(((TokenRefusal) cause).reason()).isEqualTo(reason);
        for (String part : token.split("\\.")) {
            if (part.length() > 3) {
                assertThat(cause.getMessage()).doesNotContain(part);
            }
        }
    }

    @Test
    void theIssuersTokenIsAcceptedAndItsKeysAreReadOnce() {
        VerifiedToken expected = new VerifiedToken("user-1", Set.of("app", "unknown"));
        assertThat(verified(token(claims -> {}))).isEqualTo(expected);
        assertThat(verified(token(claims -> {}))).isEqualTo(expected);
        assertThat(issuer.keyRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"3629, false", "3630, true"})
    void aTokenExpiresWhenTheSkewIsOver(long seconds, boolean expired) {
        String token = token(claims -> {});
        now.set(START.plusSeconds(seconds));
        if (expired) {
            refused(token, Reason.EXPIRED);
        } else {
            assertThat(verified(token).subject()).isEqualTo("user-1");
        }
    }

    @Test
    void aTokenOfTheFutureWaitsButForTheSkew() {
        NumericDate soon = NumericDate.fromSeconds(START.getEpochSecond() + 31);
        String token = token(claims -> claims.setNotBefore(soon));
        refused(token, Reason.NOT_YET_VALID);
        now.set(START.plusSeconds(1));
        assertThat(verified(token).subject()).isEqualTo("user-1");
    }

    @Test
    void anothersTokenIsRefused() {
        refused(token(claims -> claims.setAudience("other")), Reason.AUDIENCE);
        refused(token(claims -> claims.setAudience("Stethos")), Reason.AUDIENCE);
        refused(token(claims -> claims.setIssuer("https://example.org")), Reason.ISSUER);
        refused(token(claims -> claims.setIssuer(issuer.address() + "/")), Reason.ISSUER);
        JwtClaims claims = issuer.claims(START, same -> {});
        refused(LoopbackIssuer.sign(claims, STRANGER), Reason.SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "sub", "aud", "iss"})
    void aTokenWithoutAClaimIsRefused(String claim) {
        refused(token(claims -> claims.unsetClaim(claim)), Reason.MALFORMED);
    }

    @Test
    void whatIsNoSignedTokenIsRefused() {
        String good = token(claims -> {});
        refused("a.b.c", Reason.MALFORMED);
        refused(encoded("{\"alg\":\"RS256\"}") + "." + encoded("{}") + ".", Reason.SIGNATURE);
        refused(encoded("{}") + "." + encoded("{}") + ".", Reason.ALGORITHM);
        refused(good.substring(0, good.length() - 4), Reason.SIGNATURE);
        String[] parts = good.split("\\.");
        String other = encoded(issuer.claims(START, claims -> claims.setSubject("x")).toJson());
        refused(parts[0] + "." + other + "." + parts[2], Reason.SIGNATURE);
        assertThat(TokenVerifier.isToken(good)).isTrue();
        assertThat(TokenVerifier.isToken(good + ".x.y")).isFalse();
        assertThat(TokenVerifier.isToken("sk-stethos-0123456789ab-x")).isFalse();
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void noAlgorithmButTheIssuersIsBelieved() {
        String claims = encoded(issuer.claims(START, same -> {}).toJson());
        for (String none : List.of("none", "None", "NONE", "")) {
            String head = encoded("{\"alg\":\"" + none + "\"}");
            refused(head + "." + claims + ".", Reason.ALGORITHM);
        }
        JsonWebSignature shared = new JsonWebSignature();
        shared.setPayload(issuer.claims(START, same -> {}).toJson());
        shared.setKeyIdHeaderValue(issuer.key().getKeyId());
        shared.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        shared.setKey(new HmacKey(issuer.key().getPublicKey().getEncoded()));
        refused(LoopbackIssuer.written(shared), Reason.ALGORITHM);
        assertThat(issuer.keyRequests()).isZero();
    }

    @Test
    void aTokensOwnKeyIsNotBelieved() {
        JsonWebSignature own = new JsonWebSignature();
        own.setPayload(issuer.claims(START, same -> {}).toJson());
        own.setJwkHeader(STRANGER);
        own.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        own.setKey(STRANGER.getPrivateKey());
        refused(LoopbackIssuer.written(own), Reason.SIGNATURE);
    }

    @Test
    void aRotatedKeyIsFetchedButNotForEveryStrangersToken() {
        assertThat(verified(token(claims -> {})).subject()).isEqualTo("user-1");
        String old = token(claims -> {});
        issuer.rotate(NEXT);
        String fresh = token(claims -> {});
        refused(fresh, Reason.UNKNOWN_KEY);
        refused(fresh, Reason.UNKNOWN_KEY);
        assertThat(issuer.keyRequests()).isEqualTo(1);
        now.set(START.plus(IssuerKeys.PAUSE));
        assertThat(verified(fresh).subject()).isEqualTo("user-1");
        assertThat(issuer.keyRequests()).isEqualTo(2);
        now.set(START.plus(IssuerKeys.PAUSE.multipliedBy(2)));
        refused(old, Reason.UNKNOWN_KEY);
    }

    @Test
    void withoutTheIssuerKnownKeysGoOnForADayAndNothingElseIsAccepted() {
        issuer.setDown(true);
        assertUnavailable(token(claims -> {}));
        issuer.setDown(false);
        assertUnavailable(token(claims -> {}));
        now.set(START.plus(IssuerKeys.PAUSE));
        NumericDate late = NumericDate.fromSeconds(START.plusSeconds(999_999).getEpochSecond());
        String token = token(claims -> claims.setExpirationTime(late));
        assertThat(verified(token).subject()).isEqualTo("user-1");

        issuer.setDown(true);
        now.set(now.get().plus(Duration.ofHours(24)));
        assertThat(verified(token).subject()).isEqualTo("user-1");
        assertUnavailable(LoopbackIssuer.sign(issuer.claims(now.get(), same -> {}), NEXT));
        now.set(now.get().plusSeconds(1));
        assertUnavailable(token);
    }

    private void assertUnavailable(String token) {
        assertThatThrownBy(() -> verified(token))
                .hasCauseInstanceOf(IssuerUnavailableException.class)
                .hasMessageContaining(issuer.address().toString());
    }

    @Test
    void anotherIssuersDocumentIsNotBelieved() {
        issuer.callItself("https://example.org");
        assertUnavailable(token(claims -> {}));
        assertThat(issuer.keyRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"realm_access.roles", "https://example.org/roles"})
    void rolesAreFoundByPathOrByName(String claim) {
        OidcSettings settings = OidcSettings.of(issuer.address()).withRolesClaim(claim);
        TokenVerifier other = TokenVerifier.of(issuer.address(), settings, now::get);
        String nested =
                token(claims -> {
                    claims.setClaim("realm_access", Map.of("roles", List.of("admin", 1)));
                    claims.setClaim("https://example.org/roles", "admin");
                });
        assertThat(other.verify(nested).join().roles()).containsExactly("admin");
        assertThat(other.verify(token(claims -> {})).join().roles()).isEmpty();
    }

    @Test
    void anUnsafeOrIncompleteConfigurationIsRefused() {
        for (String address : List.of("http://example.org", "ftp://127.0.0.1", "issuer")) {
            URI unsafe = URI.create(address);
            assertThatThrownBy(() -> TokenVerifier.of(unsafe, OidcSettings.of(unsafe), now::get))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("stethos.security.oidc.issuer: " + address);
        }
        URI safe = issuer.address();
        OidcSettings nobody =
                new OidcSettings(
                        Optional.of(safe), Optional.empty(), "roles", OptionalLong.empty());
        assertThatThrownBy(() -> TokenVerifier.of(safe, nobody, now::get))
                .hasMessageContaining("stethos.security.oidc.audience");
    }
}
