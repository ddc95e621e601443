package dev.stethos.admin;

import dev.stethos.web.ApiException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says who asks, or refuses. With a key configured only its bearer may; without one only this
/// machine, and no browser's page: those carry an origin or ask for a host of another name.
@Singleton
final class AdminGate {
    private static final String BEARER = "bearer ";

    private final byte @Nullable [] key;

    AdminGate(AdminConfig config) {
        key = config.key().map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
    }

    /// The caller's name for the history.
    String admit(HttpServerRequest request) {
        if (key == null) {
            requireLocal(request);
            return "loopback";
        }
        String given = request.getHeader("Authorization");
        if (given == null || !given.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            throw new ApiException(
                    401,
                    null,
                    "missing_credential",
                    "Authorization: nothing was given, allowed is Bearer and the admin key");
        }
        byte[] credential =
                given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(credential, key)) {
            throw new ApiException(
                    401,
                    null,
                    "invalid_credential",
                    "Authorization: the key given is not the admin key");
        }
        return "admin";
    }

    private static void requireLocal(HttpServerRequest request) {
        if (!isLoopback(request.connection().remoteAddress().hostAddress())) {
            throw refused("the admin API has no key configured and answers this machine only");
        }
        if (request.getHeader("Origin") != null
                || !isLocalName(request.authority() == null ? "" : request.authority().host())) {
            throw refused(
                    "the admin API has no key configured and answers no browser's page; the host must be localhost or a loopback address");
        }
    }

    private static ApiException refused(String message) {
        return new ApiException(403, null, "forbidden", message);
    }

    private static boolean isLoopback(@Nullable String address) {
        return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
    }

    private static boolean isLocalName(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replace("[", "").replace("]", ""))
                    .isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
