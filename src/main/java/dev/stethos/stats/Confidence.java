package dev.stethos.stats;

/// The coverage that an interval aims at, a number between 0 and 1.
final class Confidence {
    private Confidence() {}

    /// The probability left out on each side.
    static double tail(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "confidence: %s was given, allowed is above 0 and below 1"
                            .formatted(confidence));
        }
        return (1 - confidence) / 2;
    }
}
