package dev.stethos.security;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who asks a server without keys. Administrators are those on this machine, and no page that a
/// browser has from elsewhere: those carry another origin or ask for a host of another name.
final class LocalCaller {
    private static final Set<Role> EVERYONE = Set.of(Role.APP, Role.EVALUATOR);

    private LocalCaller() {}

    static Caller of(HttpServerRequest request) {
        if (!isLoopbackLiteral(request.connection().remoteAddress().hostAddress())) {
            return new Caller(
                    "anonymous",
                    EVERYONE,
                    "the server has no key configured and answers this path on its own machine only",
                    null);
        }
        HostAndPort authority = request.authority();
        if (isForeign(request) || !isLocalName(authority == null ? "" : authority.host())) {
            return new Caller(
                    "loopback",
                    EVERYONE,
                    "the server has no key configured and answers no other site's page; the host must be localhost or a loopback address",
                    null);
        }
        return new Caller("loopback", Set.of(Role.values()), "", null);
    }

    /// Whether a page of another site asks.
    static boolean isForeign(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        HostAndPort authority = request.authority();
        if (origin == null) {
            return false;
        }
        String own = authority == null ? "" : authority.toString();
        String lower = origin.toLowerCase(Locale.ROOT);
        return !lower.equals("http://" + own.toLowerCase(Locale.ROOT))
                && !lower.equals("https://" + own.toLowerCase(Locale.ROOT));
    }

    /// Whether only this machine can reach an address to listen at.
    static boolean isLoopbackAddress(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isLoopbackLiteral(@Nullable String address) {
        return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
    }

    private static boolean isLocalName(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return isLoopbackLiteral(host.replace("[", "").replace("]", ""));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
