package dev.stethos.security;

import dev.stethos.security.oidc.TokenVerifier;
import dev.stethos.web.ApiException;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The keys that are valid now: those of the keys file, read again when its content changes, and
/// the admin key; beside them the tokens of an issuer. A file that cannot be used any more leaves
/// the last good one in force. Without any of these configured a server may only listen where this
/// machine alone reaches it.
@Singleton
public final class Keys {
    private static final Logger LOG = Logger.getLogger(Keys.class);
    private static final String BEARER = "bearer ";

    private final @Nullable KeyFile file;
    private final @Nullable KeyHash adminKey;
    private final @Nullable TokenCallers tokens;
    private final InstantSource clock;
    private final TimeMeter meter;
    private final Map<String, KeyBudget> budgets = new ConcurrentHashMap<>();
    private final KeyHash none = KeyHash.of("", new SecureRandom());
    private final @Nullable Thread reloading;

    private volatile Map<String, ApiKey> keys = Map.of();
    private byte[] lastBytes = {};
    private String lastProblem = "";

    @Inject
    Keys(
            SecurityConfig config,
            @ConfigProperty(name = "stethos.admin.key") Optional<String> adminKey,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "0.0.0.0") String host) {
        this(
                config,
                adminKey.orElse(null),
                host,
                InstantSource.system(),
                TimeMeter.SYSTEM_NANOTIME);
    }

    Keys(
            SecurityConfig config,
            @Nullable String adminKey,
            String host,
            InstantSource clock,
            TimeMeter meter) {
        KeyFile configured = config.keys().map(KeyFile::new).orElse(null);
        this.file = configured;
        this.adminKey = adminKey == null ? null : KeyHash.of(adminKey, new SecureRandom());
        this.tokens =
                config.oidc()
                        .issuer()
                        .map(issuer -> new TokenCallers(issuer, config.oidc(), clock, meter))
                        .orElse(null);
        this.clock = clock;
        this.meter = meter;
        if (configured == null) {
            this.reloading = null;
            requireLoopback(config.open(), host);
        } else {
            accept(configured, configured.bytes());
            this.reloading =
                    Thread.ofVirtual()
                            .name("stethos-keys")
                            .start(() -> reload(configured, config.reload()));
        }
    }

    private void requireLoopback(boolean open, String host) {
        if (areNeeded() || LocalCaller.isLoopbackAddress(host)) {
            return;
        }
        if (!open) {
            throw new AccessException(
                    "quarkus.http.host: %s was given and no key is configured; allowed is a loopback address, a keys file (stethos.security.keys, see 'stethos key create'), an issuer (stethos.security.oidc.issuer) or, for everyone's use, stethos.security.open=true"
                            .formatted(host));
        }
        LOG.warnf(
                "no key is configured and stethos.security.open is set: whoever reaches %s may use the models",
                host);
    }

    @PreDestroy
    void close() {
        if (reloading != null) {
            reloading.interrupt();
        }
    }

    private void reload(KeyFile changing, Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval);
                refresh(changing);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes the file's content if it is another one than before.
    synchronized void refresh(KeyFile changing) {
        try {
            byte[] bytes = changing.bytes();
            if (!Arrays.equals(bytes, lastBytes)) {
                accept(changing, bytes);
                LOG.infof("%d keys are valid now", keys.size());
            }
            lastProblem = "";
        } catch (AccessException e) {
            String problem = String.valueOf(e.getMessage());
            if (!problem.equals(lastProblem)) {
                LOG.errorf("%s; the keys from before stay valid", problem);
            }
            lastProblem = problem;
        }
    }

    private synchronized void accept(KeyFile read, byte[] bytes) {
        Map<String, ApiKey> next = new HashMap<>();
        read.parse(bytes).forEach(key -> next.put(key.id(), key));
        keys = Map.copyOf(next);
        lastBytes = bytes;
        boolean _ = budgets.keySet().retainAll(next.keySet());
    }

    /// Whether a request without a key or token is refused.
    boolean areNeeded() {
        return file != null || adminKey != null || tokens != null;
    }

    /// Who makes a request; fails with the refusal's [ApiException]. Not known at once only while
    /// an issuer is asked for its signing keys.
    CompletableFuture<Caller> caller(HttpServerRequest request) {
        if (!areNeeded()) {
            return CompletableFuture.completedFuture(LocalCaller.of(request));
        }
        String header = request.getHeader("Authorization");
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return CompletableFuture.failedFuture(
                    refused("nothing was given, allowed is Bearer and " + allowed()));
        }
        String given = header.substring(BEARER.length()).strip();
        if (adminKey != null && adminKey.matches(given)) {
            return CompletableFuture.completedFuture(
                    new Caller("admin", Set.of(Role.ADMIN), "", null));
        }
        if (tokens != null && TokenVerifier.isToken(given)) {
            return tokens.caller(given);
        }
        try {
            return CompletableFuture.completedFuture(holder(given));
        } catch (ApiException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private String allowed() {
        return tokens == null ? "an API key" : "an API key or the issuer's token";
    }

    private Caller holder(String given) {
        KeyText text = KeyText.parse(given);
        ApiKey key = text == null ? null : keys.get(text.id());
        boolean matches =
                (key == null ? none : key.hash()).matches(text == null ? "?" : text.secret());
        if (key == null || !matches) {
            throw refused("the API key given is not known here");
        }
        if (!key.isValidAt(clock.instant())) {
            throw refused("the API key given has expired");
        }
        return new Caller(
                key.name(),
                key.roles(),
                "key %s: this path is not for its roles (%s)"
                        .formatted(key.name(), key.roleNames()),
                budget(key));
    }

    private @Nullable KeyBudget budget(ApiKey key) {
        if (key.limits().equals(KeyLimits.NONE)) {
            return null;
        }
        return budgets.compute(
                key.id(),
                (id, known) ->
                        known != null && known.limits().equals(key.limits())
                                ? known
                                : new KeyBudget(key.limits(), meter));
    }

    private static ApiException refused(String problem) {
        return new ApiException(401, null, "invalid_api_key", "Authorization: " + problem);
    }
}
