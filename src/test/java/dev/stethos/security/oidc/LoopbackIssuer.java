package dev.stethos.security.oidc;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/// An OpenID Connect issuer on this machine: discovery, its public keys, and tokens on demand.
public final class LoopbackIssuer implements AutoCloseable {
    private static final RsaJsonWebKey FIRST = newKey("first");

    private final HttpServer server;
    private final AtomicInteger keyRequests = new AtomicInteger();

    private volatile RsaJsonWebKey key;
    private volatile boolean down;
    private volatile String named;

    public LoopbackIssuer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            key = FIRST;
            named = address().toString();
            server.createContext("/.well-known/openid-configuration", this::describe);
            server.createContext("/keys", this::keys);
            server.createContext("/token", this::token);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public static RsaJsonWebKey newKey(String id) {
        try {
            RsaJsonWebKey made = RsaJwkGenerator.generateJwk(2048);
            made.setKeyId(id);
            return made;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    RsaJsonWebKey key() {
        return key;
    }

    void rotate(RsaJsonWebKey next) {
        key = next;
    }

    public void setDown(boolean isDown) {
        down = isDown;
    }

    /// What its discovery document says its name is.
    void callItself(String name) {
        named = name;
    }

    int keyRequests() {
        return keyRequests.get();
    }

    /// A token that everything accepts for an hour, then changed.
    public String token(Instant now, Consumer<JwtClaims> change) {
        return sign(claims(now, change), key);
    }

    JwtClaims claims(Instant now, Consumer<JwtClaims> change) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(address().toString());
        claims.setSubject("user-1");
        claims.setAudience("other", "stethos");
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.getEpochSecond() + 3600));
        claims.setStringListClaim("roles", List.of("app", "unknown"));
        change.accept(claims);
        return claims;
    }

    static String sign(JwtClaims claims, RsaJsonWebKey with) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setKeyIdHeaderValue(with.getKeyId());
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        jws.setKey(with.getPrivateKey());
        return written(jws);
    }

    static String written(JsonWebSignature jws) {
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private void describe(HttpExchange http) throws IOException {
        answer(http, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(named, address()));
    }

    private void keys(HttpExchange http) throws IOException {
        int _ = keyRequests.incrementAndGet();
        answer(
                http,
                new JsonWebKeySet(List.of(key)).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    }

    /// For tests in another class loader: the query is the token's one role.
    private void token(HttpExchange http) throws IOException {
        List<String> roles = List.of(http.getRequestURI().getQuery());
        answer(http, token(Instant.now(), claims -> claims.setStringListClaim("roles", roles)));
    }

    private void answer(HttpExchange http, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (http) {
            http.sendResponseHeaders(down ? 500 : 200, down ? -1 : bytes.length);
            if (!down) {
                http.getResponseBody().write(bytes);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
