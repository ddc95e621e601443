package dev.stethos.security;

import org.jspecify.annotations.Nullable;

/// How much a key may ask for in a minute; null for any number.
public record KeyLimits(@Nullable Long requestsPerMinute, @Nullable Long tokensPerMinute) {
    public static final KeyLimits NONE = new KeyLimits(null, null);

    private static final long MOST = 1_000_000_000_000L;

    public KeyLimits {
        check("requests-per-minute", requestsPerMinute);
        check("tokens-per-minute", tokensPerMinute);
    }

    private static void check(String name, @Nullable Long limit) {
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw new IllegalArgumentException(
                    "%s: %d was given, allowed is 1 to %d".formatted(name, limit, MOST));
        }
    }
}
