package dev.stethos.security.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/// An issuer's discovery document and the signing keys that it points at, fetched anew each time,
/// without following redirects. Blocks for at most two timeouts. [OpenID Connect Discovery
/// 1.0](https://openid.net/specs/openid-connect-discovery-1_0.html)
final class IssuerDocuments {
    private static final int LARGEST = 1 << 20;

    private final URI issuer;
    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();

    IssuerDocuments(URI issuer, Duration timeout) {
        requireSafe("stethos.security.oidc.issuer", issuer);
        this.issuer = issuer;
        this.timeout = timeout;
    }

    /// Keys that came over a connection that anyone can change are anyone's keys.
    private static void requireSafe(String place, URI address) {
        String host = address.getHost();
        boolean local = host != null && List.of("localhost", "127.0.0.1", "[::1]").contains(host);
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (host == null || !(scheme.equals("https") || (scheme.equals("http") && local))) {
            throw new IllegalArgumentException(
                    "%s: %s was given, allowed is an https address, or http on this machine"
                            .formatted(place, address));
        }
    }

    List<JsonWebKey> signingKeys() {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .connectTimeout(timeout)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build()) {
            String base = issuer.toString().replaceFirst("/$", "");
            JsonNode about =
                    json.readTree(
                            get(client, URI.create(base + "/.well-known/openid-configuration")));
            if (!issuer.toString().equals(about.path("issuer").asText())) {
                throw new IssuerUnavailableException(
                        "issuer %s: its discovery document is another issuer's".formatted(issuer));
            }
            URI keys = URI.create(about.path("jwks_uri").asText());
            requireSafe("jwks_uri", keys);
            return new JsonWebKeySet(get(client, keys)).getJsonWebKeys();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        } catch (IOException | JoseException | IllegalArgumentException e) {
            throw unavailable(e);
        }
    }

    private String get(HttpClient client, URI address) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address)
                        .timeout(timeout)
                        .header("Accept", "application/json")
                        .build();
        HttpResponse<InputStream> answer =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readNBytes(LARGEST + 1);
            if (answer.statusCode() != 200 || bytes.length > LARGEST) {
                throw new IOException(
                        "%s answered %d with %d bytes, allowed is 200 with %d at most"
                                .formatted(address, answer.statusCode(), bytes.length, LARGEST));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private IssuerUnavailableException unavailable(Exception cause) {
        return new IssuerUnavailableException(
                "issuer %s: its signing keys could not be read: %s".formatted(issuer, cause),
                cause);
    }
}
