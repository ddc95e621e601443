package dev.stethos.inference;

import dev.stethos.inference.admission.AdmissionBounds;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.admission.Ticket;
import dev.stethos.inference.admission.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The bounded way from any thread to the device thread: sequences to run and work to do between
/// two steps. A sequence counts against the bound of its priority from its submission until its
/// end. Interactive ones are refused when they would wait too long or miss their deadline.
final class Admission {
    private final Workload work = new Workload();
    private final AdmissionBounds bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private List<Sequence> sequences = new ArrayList<>();
    private List<FutureTask<?>> tasks = new ArrayList<>();
    private List<GuestWork.Task> guests = new ArrayList<>();
    private final Map<Priority, Integer> live = new EnumMap<>(Priority.class);
    private boolean closed;

    Admission(EngineOptions options) {
        bounds =
                new AdmissionBounds(
                        options.maxSequences(),
                        options.queueCapacity(),
                        options.backlog(),
                        options.deadline(),
                        work);
    }

    /// Takes all sequences, which have one priority, or, with [QueueFullException], none.
    void submit(List<Sequence> more) {
        lock.lock();
        try {
            requireOpen();
            if (more.isEmpty()) {
                return;
            }
            Priority priority = more.getFirst().priority();
            bounds.requirePlaces(live.getOrDefault(priority, 0), more.size());
            bounds.requireSoon(priority, more.stream().mapToLong(this::cost).sum());
            for (Sequence sequence : more) {
                Ticket ticket = new Ticket(priority, cost(sequence));
                sequence.admitted(ticket);
                work.joined(priority, ticket.cost());
            }
            live.merge(priority, more.size(), Integer::sum);
            sequences.addAll(more);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private long cost(Sequence sequence) {
        return work.cost(sequence.prompt().length, sequence.longest() - sequence.prompt().length);
    }

    void submit(FutureTask<?> task) {
        lock.lock();
        try {
            requireOpen();
            tasks.add(task);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    void submit(GuestWork.Task guest) {
        lock.lock();
        try {
            requireOpen();
            guests.add(guest);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /// As a task, unless it is closed.
    void offer(FutureTask<?> task) {
        lock.lock();
        try {
            if (!closed) {
                tasks.add(task);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// What has arrived; when `wait` is set, waits until there is something or the engine closes.
    Arrivals take(boolean wait) {
        lock.lock();
        try {
            while (wait && !closed && nothingArrived()) {
                arrived.awaitUninterruptibly();
            }
            if (nothingArrived()) {
                return closed ? Arrivals.NONE_CLOSED : Arrivals.NONE;
            }
            Arrivals arrivals = new Arrivals(sequences, tasks, guests, closed);
            sequences = new ArrayList<>();
            tasks = new ArrayList<>();
            guests = new ArrayList<>();
            return arrivals;
        } finally {
            lock.unlock();
        }
    }

    private boolean nothingArrived() {
        return sequences.isEmpty() && tasks.isEmpty() && guests.isEmpty();
    }

    /// Tells that a sequence got its first slot.
    void started(Ticket ticket) {
        lock.lock();
        try {
            work.left(ticket.priority(), ticket.cost());
        } finally {
            lock.unlock();
        }
    }

    /// Tells that a sequence ended which never had a slot.
    void ended(Ticket ticket) {
        lock.lock();
        try {
            live.merge(ticket.priority(), -1, Integer::sum);
            work.left(ticket.priority(), ticket.cost());
        } finally {
            lock.unlock();
        }
    }

    /// Tells that a sequence ended, so long after it got a slot.
    void ended(Ticket ticket, Duration running, int generated) {
        lock.lock();
        try {
            live.merge(ticket.priority(), -1, Integer::sum);
            work.ended(running.toNanos() / 1e9, generated);
        } finally {
            lock.unlock();
        }
    }

    /// Tells that a step computed so many tokens in so long, while others waited.
    void worked(int tokens, Duration time) {
        lock.lock();
        try {
            work.worked(tokens, time.toNanos() / 1e9);
        } finally {
            lock.unlock();
        }
    }

    /// Whether a sequence has been submitted that has not ended.
    boolean isBusy() {
        lock.lock();
        try {
            return live.values().stream().anyMatch(count -> count > 0);
        } finally {
            lock.unlock();
        }
    }

    /// Refuses everything from now on.
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }

    /// What arrived since the last look, and whether the engine is closed.
    record Arrivals(
            List<Sequence> sequences,
            List<FutureTask<?>> tasks,
            List<GuestWork.Task> guests,
            boolean closed) {
        static final Arrivals NONE = new Arrivals(List.of(), List.of(), List.of(), false);
        static final Arrivals NONE_CLOSED = new Arrivals(List.of(), List.of(), List.of(), true);
    }
}
