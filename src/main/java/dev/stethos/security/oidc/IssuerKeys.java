package dev.stethos.security.oidc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;

/// The issuer's signing keys as they were last read. Reading them happens on a thread of its own,
/// one at a time and not again before a pause, whatever tokens ask for. Keys that cannot be read
/// again stay good for a day.
final class IssuerKeys {
    static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_USE = Duration.ofDays(1);
    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);

    private final Supplier<List<JsonWebKey>> source;
    private final Duration refresh;
    private final InstantSource clock;

    private List<JsonWebKey> keys = List.of();
    private Instant read = Instant.MIN;
    private Instant asked = Instant.MIN;
    private boolean failed;
    private CompletableFuture<List<JsonWebKey>> reading = CompletableFuture.completedFuture(keys);

    IssuerKeys(Supplier<List<JsonWebKey>> source, Duration refresh, InstantSource clock) {
        this.source = source;
        this.refresh = refresh;
        this.clock = clock;
    }

    /// What is known now, perhaps nothing; asks for more in the background when it is old.
    synchronized List<JsonWebKey> known() {
        Instant now = clock.instant();
        if (keys.isEmpty() || now.isAfter(read.plus(LONGEST_USE))) {
            return List.of();
        }
        if (now.isAfter(read.plus(refresh)) && mayAsk(now)) {
            ask(now);
        }
        return keys;
    }

    /// The keys as the issuer has them now, or as of less than [#PAUSE] ago; fails with
    /// [IssuerUnavailableException] when they could not be read.
    synchronized CompletableFuture<List<JsonWebKey>> latest() {
        Instant now = clock.instant();
        if (mayAsk(now)) {
            ask(now);
        }
        return reading;
    }

    private boolean mayAsk(Instant now) {
        return reading.isDone() && (asked.equals(Instant.MIN) || !now.isBefore(asked.plus(PAUSE)));
    }

    private void ask(Instant now) {
        asked = now;
        CompletableFuture<List<JsonWebKey>> answer = new CompletableFuture<>();
        reading = answer;
        Thread _ = Thread.ofVirtual().name("stethos-oidc").start(() -> read(answer));
    }

    private void read(CompletableFuture<List<JsonWebKey>> answer) {
        try {
            List<JsonWebKey> now = List.copyOf(source.get());
            accept(now);
            boolean _ = answer.complete(now);
        } catch (RuntimeException e) {
            IssuerUnavailableException problem =
                    e instanceof IssuerUnavailableException known
                            ? known
                            : new IssuerUnavailableException("the signing keys: " + e, e);
            missed(problem);
            boolean _ = answer.completeExceptionally(problem);
        }
    }

    private synchronized void accept(List<JsonWebKey> now) {
        keys = now;
        read = clock.instant();
        if (failed) {
            LOG.info("the issuer's signing keys can be read again");
        }
        failed = false;
    }

    /// Said once until it works again.
    private synchronized void missed(IssuerUnavailableException problem) {
        if (!failed) {
            LOG.errorf(
                    "%s; %d keys from before stay good for now", problem.getMessage(), keys.size());
        }
        failed = true;
    }
}
