package dev.stethos.inference;

import java.util.concurrent.TimeUnit;

/// How many prompt tokens a step computes beside interactive sequences that generate, so that these
/// are not held up for long: a step with prompt tokens may take three times as long as one without,
/// or half a second if that is more. The number begins small, is doubled after a step that took
/// less than half of that and halved after one that took more. Used by the device thread only.
final class PrefillPace {
    /// No fewer, because the weights are read for a few tokens as for many.
    static final int LEAST_TOKENS = 64;

    static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final double MOST = 3;
    private static final double RECENT = 0.2;

    private final int chunk;
    private int tokens;
    private double without;

    /// @param chunk the most prompt tokens that a step may have
    PrefillPace(int chunk) {
        this.chunk = chunk;
        tokens = Math.min(chunk, LEAST_TOKENS);
    }

    int tokens() {
        return tokens;
    }

    /// A step of generating sequences took so long, with that many prompt tokens beside them.
    void took(int prompt, long nanos) {
        if (prompt == 0) {
            without = without == 0 ? (double) nanos : without + RECENT * (nanos - without);
            return;
        }
        double most = Math.max(LEAST_NANOS, MOST * without);
        if (nanos > most) {
            tokens = Math.max(Math.min(chunk, LEAST_TOKENS), tokens / 2);
        } else if (nanos < most / 2 && prompt >= tokens) {
            tokens = Math.min(chunk, tokens * 2);
        }
    }
}
