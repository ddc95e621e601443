package dev.stethos.security;

import dev.stethos.web.ApiException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What a key has left of its minute. Both limits are token buckets that hold a minute's worth and
/// fill up evenly. Tells the state in OpenAI's `x-ratelimit-*` headers.
final class KeyBudget {
    private final KeyLimits limits;
    private final @Nullable Bucket requests;
    private final @Nullable Bucket tokens;

    KeyBudget(KeyLimits limits, TimeMeter clock) {
        this.limits = limits;
        this.requests = bucket(limits.requestsPerMinute(), clock);
        this.tokens = bucket(limits.tokensPerMinute(), clock);
    }

    private static @Nullable Bucket bucket(@Nullable Long perMinute, TimeMeter clock) {
        if (perMinute == null) {
            return null;
        }
        long most = perMinute;
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(most).refillGreedy(most, Duration.ofMinutes(1)))
                .withCustomTimePrecision(clock)
                .build();
    }

    KeyLimits limits() {
        return limits;
    }

    void countRequest(RoutingContext http) {
        Long most = limits.requestsPerMinute();
        if (requests != null && most != null) {
            take(http.response(), requests, 1, most, "requests");
        }
    }

    /// A request that may take more than a minute's tokens waits for a full bucket; what it takes
    /// beyond is owed by those that come after it.
    TokenCharge reserve(RoutingContext http, long asked) {
        Long most = limits.tokensPerMinute();
        Bucket bucket = tokens;
        if (bucket == null || most == null || asked < 1) {
            return TokenCharge.FREE;
        }
        long reserved = Math.min(asked, most);
        take(http.response(), bucket, reserved, most, "tokens");
        AtomicBoolean settled = new AtomicBoolean();
        return used -> {
            if (settled.compareAndSet(false, true)) {
                settle(bucket, reserved - used);
            }
        };
    }

    private static void settle(Bucket bucket, long left) {
        if (left > 0) {
            bucket.addTokens(left);
        } else if (left < 0) {
            long _ = bucket.consumeIgnoringRateLimits(-left);
        }
    }

    private static void take(
            HttpServerResponse response, Bucket bucket, long count, long most, String what) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(count);
        response.putHeader("x-ratelimit-limit-" + what, Long.toString(most));
        response.putHeader(
                "x-ratelimit-remaining-" + what,
                Long.toString(Math.max(0, probe.getRemainingTokens())));
        response.putHeader(
                "x-ratelimit-reset-" + what,
                spelled(Duration.ofNanos(probe.getNanosToWaitForReset())));
        if (!probe.isConsumed()) {
            throw new ApiException(
                    429,
                    null,
                    "rate_limit_exceeded",
                    "%s: %d were asked for, this key has %d left of %d a minute"
                            .formatted(what, count, Math.max(0, probe.getRemainingTokens()), most),
                    Duration.ofNanos(probe.getNanosToWaitForRefill()));
        }
    }

    /// As OpenAI writes durations: `120ms`, `7s`, `1m30s`, rounded up.
    static String spelled(Duration time) {
        long millis = time.plusNanos(999_999).toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        long seconds = (millis + 999) / 1000;
        return seconds < 60
                ? seconds + "s"
                : String.format(Locale.ROOT, "%dm%ds", seconds / 60, seconds % 60);
    }
}
