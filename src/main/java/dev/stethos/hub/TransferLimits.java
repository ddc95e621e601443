package dev.stethos.hub;

import java.time.Duration;

/// How files are fetched: `parallel` pieces of `pieceBytes` at once. A transfer that breaks is
/// tried again until `attempts` in a row brought nothing, after pauses that double from
/// `firstPause` to `longestPause`. One that brings nothing for `stall` counts as broken.
public record TransferLimits(
        int parallel,
        long pieceBytes,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        Duration stall) {

    static final TransferLimits DEFAULT =
            new TransferLimits(
                    6,
                    64L << 20,
                    8,
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(60));

    public TransferLimits {
        if (parallel < 1 || pieceBytes < 1 || attempts < 1) {
            throw new IllegalArgumentException(
                    "transfer limits: %d at once, pieces of %d bytes, %d attempts, allowed is 1 or more"
                            .formatted(parallel, pieceBytes, attempts));
        }
        if (firstPause.isNegative() || longestPause.isNegative() || !stall.isPositive()) {
            throw new IllegalArgumentException(
                    "transfer limits: pauses %s to %s, stall %s, allowed are no negative times and a stall above 0"
                            .formatted(firstPause, longestPause, stall));
        }
    }
}
