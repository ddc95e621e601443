package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which hub to ask, and with which token. `endpoint` is https, or http on this machine.
public record HubSettings(URI endpoint, @Nullable HubToken token, TransferLimits limits) {
    static final URI PUBLIC_HUB = URI.create("https://huggingface.co");

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
    private static final int MAX_TOKEN_FILE = 10_000;

    public HubSettings {
        boolean secure = "https".equalsIgnoreCase(endpoint.getScheme());
        boolean plain = "http".equalsIgnoreCase(endpoint.getScheme());
        String host = endpoint.getHost();
        if (host == null
                || !(secure || (plain && LOOPBACK.matcher(host).matches()))
                || endpoint.getUserInfo() != null
                || endpoint.getRawQuery() != null
                || endpoint.getRawFragment() != null) {
            throw refused(AllowedHosts.origin(endpoint));
        }
    }

    /// What the hub's own clients read: `HF_ENDPOINT`, `HF_TOKEN`, or the token in the file
    /// `HF_TOKEN_PATH`, else `token` in `HF_HOME`.
    public static HubSettings of(Map<String, String> environment, Path userHome) {
        String endpoint = value(environment, "HF_ENDPOINT");
        return new HubSettings(
                endpoint == null ? PUBLIC_HUB : uri(endpoint),
                token(environment, userHome),
                TransferLimits.DEFAULT);
    }

    private static URI uri(String endpoint) {
        try {
            return URI.create(endpoint.replaceFirst("/+$", ""));
        } catch (IllegalArgumentException _) {
            throw refused(endpoint.replaceFirst("//.*@", "//"));
        }
    }

    private static @Nullable HubToken token(Map<String, String> environment, Path userHome) {
        String given = value(environment, "HF_TOKEN");
        if (given != null) {
            return new HubToken(given);
        }
        Path file = tokenFile(environment, userHome);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_TOKEN_FILE) {
                return null;
            }
            String stored = Files.readString(file).strip();
            return stored.isEmpty() ? null : new HubToken(stored);
        } catch (IOException e) {
            throw new UncheckedIOException("the hub's token file cannot be read", e);
        }
    }

    private static Path tokenFile(Map<String, String> environment, Path userHome) {
        String file = value(environment, "HF_TOKEN_PATH");
        if (file != null) {
            return Path.of(file);
        }
        String home = value(environment, "HF_HOME");
        if (home != null) {
            return Path.of(home, "token");
        }
        String caches = value(environment, "XDG_CACHE_HOME");
        return (caches == null ? userHome.resolve(".cache") : Path.of(caches))
                .resolve("huggingface")
                .resolve("token");
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static IllegalArgumentException refused(String given) {
        return new IllegalArgumentException(
                "HF_ENDPOINT: '%s' was given, allowed is https://host, or http:// on this machine's loopback"
                        .formatted(shown(given)));
    }
}
