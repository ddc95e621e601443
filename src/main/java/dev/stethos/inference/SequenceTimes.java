package dev.stethos.inference;

import dev.stethos.inference.EngineMetrics.Outcome;
import dev.stethos.inference.admission.Ticket;
import dev.stethos.inference.generation.Milestones;
import java.time.Duration;

/// The points in time of one sequence's life, on the clock of [System#nanoTime], told to the
/// meters, the queue and whoever follows it as they pass.
final class SequenceTimes {
    private final EngineMetrics metrics;
    private final Admission admission;
    private final Milestones milestones;
    private final long deadline;
    private final long submitted;
    private Ticket ticket = Ticket.NONE;
    private int count;
    private long started;
    private long lastToken;
    private boolean running;
    private boolean generating;

    SequenceTimes(
            EngineMetrics metrics,
            Admission admission,
            Milestones milestones,
            Duration deadline,
            long submitted) {
        this.metrics = metrics;
        this.admission = admission;
        this.milestones = milestones;
        this.deadline = deadline.toNanos();
        this.submitted = submitted;
    }

    void admitted(Ticket as) {
        ticket = as;
    }

    boolean overdue(long now) {
        return now - submitted > deadline;
    }

    /// It got a slot; only the first one counts.
    void started(long now) {
        if (running) {
            return;
        }
        running = true;
        started = now;
        metrics.started(now - submitted);
        milestones.started();
        admission.started(ticket);
    }

    void prefilled(int tokens) {
        metrics.prefilled(tokens);
    }

    void preempted() {
        metrics.preempted();
    }

    void generated(long now) {
        if (generating) {
            metrics.nextToken(now - lastToken);
        } else {
            metrics.firstToken(now - submitted);
            milestones.generating();
        }
        milestones.token();
        generating = true;
        count++;
        lastToken = now;
    }

    void ended(Outcome outcome, long now) {
        metrics.ended(outcome);
        if (running) {
            admission.ended(ticket, Duration.ofNanos(now - started), count);
        } else {
            admission.ended(ticket);
        }
    }
}
