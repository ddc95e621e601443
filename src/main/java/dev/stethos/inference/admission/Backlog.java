package dev.stethos.inference.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How much work may wait for a slot: prompts and expected answers in `tokens`, and the estimated
/// `longestWait` of an interactive request that joins behind them. Null: half as long as recent
/// requests ran, and at least one second, so that answers take about half as long again at most.
public record Backlog(long tokens, @Nullable Duration longestWait) {
    /// No bound but the number of sequences.
    public static final Backlog UNBOUNDED = new Backlog(Long.MAX_VALUE, Duration.ofDays(365));

    private static final Duration LEAST = Duration.ofSeconds(1);

    public Backlog {
        if (tokens < 1 || (longestWait != null && !longestWait.isPositive())) {
            throw new IllegalArgumentException(
                    "backlog: %d tokens and a wait of %s were given; both must be positive"
                            .formatted(tokens, longestWait));
        }
    }

    /// The longest wait when requests run for so long.
    Duration longestWait(Duration running) {
        if (longestWait != null) {
            return longestWait;
        }
        Duration half = running.dividedBy(2);
        return half.compareTo(LEAST) > 0 ? half : LEAST;
    }
}
