package dev.stethos.inference.admission;

import java.time.Duration;
import java.util.Locale;

/// What is let in: no more sequences than slots and queue hold, no more waiting work than the
/// backlog allows, and nobody who would wait too long or miss the deadline. A refusal says when it
/// is worth coming back, from what waits and how fast it is worked off. Guarded as its workload is.
public final class AdmissionBounds {
    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(15);

    private final int slots;
    private final int limit;
    private final Backlog backlog;
    private final Duration deadline;
    private final Workload work;

    public AdmissionBounds(
            int slots, int queueCapacity, Backlog backlog, Duration deadline, Workload work) {
        this.slots = slots;
        this.limit = slots + queueCapacity;
        this.backlog = backlog;
        this.deadline = deadline;
        this.work = work;
    }

    /// `live` sequences run or wait.
    public void requirePlaces(int live, int more) {
        if (more > limit) {
            throw new IllegalArgumentException(
                    "%d sequences in one request, allowed are %d".formatted(more, limit));
        }
        if (live + more > limit) {
            throw new QueueFullException(
                    "%d sequences run or wait, %d are allowed and %d more were given"
                            .formatted(live, limit, more),
                    retry(work.running().multipliedBy(live + more - limit).dividedBy(slots)));
        }
    }

    /// Whoever finds nothing waiting is never refused.
    public void requireSoon(Priority priority, long cost) {
        long ahead = work.ahead(priority);
        if (ahead == 0) {
            return;
        }
        Duration wait = work.waitOf(priority);
        if (ahead + cost > backlog.tokens()) {
            throw new QueueFullException(
                    "about %d tokens wait, %d are allowed and about %d more were given"
                            .formatted(ahead, backlog.tokens(), cost),
                    retry(wait));
        }
        if (priority == Priority.BACKGROUND) {
            return;
        }
        Duration longest = backlog.longestWait(work.running());
        if (wait.compareTo(longest) > 0) {
            throw new QueueFullException(
                    "a request waits about %s for its turn, allowed are %s"
                            .formatted(seconds(wait), seconds(longest)),
                    retry(wait));
        }
        Duration whole = wait.plus(work.running());
        if (whole.compareTo(deadline) > 0) {
            throw new QueueFullException(
                    "a request takes about %s with the wait for its turn, its deadline is %s"
                            .formatted(seconds(whole), seconds(deadline)),
                    retry(whole.minus(deadline)));
        }
    }

    /// Whole seconds, within bounds.
    private static Duration retry(Duration estimate) {
        Duration seconds = rounded(estimate);
        if (seconds.compareTo(SHORTEST_RETRY) < 0) {
            return SHORTEST_RETRY;
        }
        return seconds.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : seconds;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }

    private static Duration rounded(Duration time) {
        return Duration.ofSeconds(time.plusNanos(999_999_999).toSeconds());
    }
}
