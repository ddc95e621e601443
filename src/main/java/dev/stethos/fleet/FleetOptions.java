package dev.stethos.fleet;

import java.time.Duration;

/// Where the desired profile is, which pod this is, and how patient it is.
record FleetOptions(
        String namespace,
        String pod,
        String configMap,
        String lease,
        Duration turn,
        Duration retry) {
    FleetOptions {
        requirePositive("turn", turn);
        requirePositive("retry", retry);
    }

    private static void requirePositive(String key, Duration given) {
        if (!given.isPositive()) {
            throw new IllegalArgumentException(
                    "stethos.fleet.%s: %s was given, allowed is a positive duration"
                            .formatted(key, given));
        }
    }
}
