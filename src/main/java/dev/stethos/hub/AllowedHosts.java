package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/// The hosts that a download may touch, redirects included: the endpoint's own, and over https the
/// public hub's domains. Only the endpoint itself may see the token.
record AllowedHosts(URI endpoint) {
    private static final List<String> DOMAINS = List.of("huggingface.co", "hf.co");
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    void check(URI target) {
        if (target.getRawUserInfo() != null || !(isPublicHub(target) || isEndpointHost(target))) {
            throw new HubTransferException(
                    "the hub redirects to %s, allowed are https to huggingface.co, hf.co and their subdomains, and %s"
                            .formatted(origin(target), origin(endpoint)));
        }
    }

    /// Whether scheme, host and port are the endpoint's.
    boolean isEndpoint(URI target) {
        return isEndpointHost(target)
                && scheme(target).equals(scheme(endpoint))
                && port(target) == port(endpoint);
    }

    private boolean isEndpointHost(URI target) {
        return host(target).equals(host(endpoint))
                && (scheme(target).equals("https") || scheme(target).equals(scheme(endpoint)));
    }

    private static boolean isPublicHub(URI target) {
        String host = host(target);
        return scheme(target).equals("https")
                && port(target) == HTTPS
                && DOMAINS.stream()
                        .anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
    }

    /// Scheme, host and port for messages; never path or query, which may be signed.
    static String origin(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return shown(scheme(uri) + "://" + host(uri) + port);
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    private static String host(URI uri) {
        return uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return scheme(uri).equals("https") ? HTTPS : HTTP;
    }
}
