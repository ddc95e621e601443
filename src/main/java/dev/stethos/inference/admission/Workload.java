package dev.stethos.inference.admission;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// What waits for a slot and how soon it will have one: what recent sequences generated and how
/// long they ran, and how many tokens a second the device computes while it is fully used. Not safe
/// for several threads.
public final class Workload {
    private static final double RECENT = 0.1;
    private static final double RECENT_SECONDS = 5;
    private static final double ENOUGH_SECONDS = 0.2;

    private final Map<Priority, Long> waiting = new EnumMap<>(Priority.class);
    private double tokens;
    private double seconds;
    private double generated;
    private double running;

    /// What a sequence is likely to cost, in tokens; the most that it can before any has ended.
    public long cost(int prompt, int maxOutput) {
        return prompt + (generated == 0 ? maxOutput : (long) Math.min(maxOutput, generated));
    }

    public void joined(Priority priority, long cost) {
        waiting.merge(priority, cost, Long::sum);
    }

    /// It got a slot, or ended without one.
    public void left(Priority priority, long cost) {
        waiting.merge(priority, -cost, Long::sum);
    }

    /// A sequence has ended that ran for so long.
    public void ended(double secondsRunning, int tokensGenerated) {
        running = recent(running, secondsRunning);
        generated = recent(generated, Math.max(1, tokensGenerated));
    }

    private static double recent(double mean, double value) {
        return mean == 0 ? value : mean + RECENT * (value - mean);
    }

    /// So many tokens were computed in so long, while others waited.
    public void worked(int count, double inSeconds) {
        double kept = Math.exp(-inSeconds / RECENT_SECONDS);
        tokens = tokens * kept + count;
        seconds = seconds * kept + inSeconds;
    }

    /// Tokens that wait before one of this priority.
    long ahead(Priority priority) {
        long interactive = waiting.getOrDefault(Priority.INTERACTIVE, 0L);
        return switch (priority) {
            case INTERACTIVE -> interactive;
            case BACKGROUND -> interactive + waiting.getOrDefault(Priority.BACKGROUND, 0L);
        };
    }

    /// When what waits before one of this priority will have been computed; 0 while too little is
    /// known.
    Duration waitOf(Priority priority) {
        return seconds < ENOUGH_SECONDS
                ? Duration.ZERO
                : ofSeconds(ahead(priority) * seconds / tokens);
    }

    /// How long a sequence runs.
    Duration running() {
        return ofSeconds(running);
    }

    private static Duration ofSeconds(double value) {
        return Duration.ofNanos((long) (value * 1e9));
    }
}
