package dev.stethos.inference;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.BatchStep.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Continuous batching: which sequences run, in which slots, and what each step computes. Sequences
/// join in the order of arrival and leave between steps. Running ones occupy slots 0, 1, 2, ...
/// without holes; at most one of them is still in its prompt, and it has the last slot. Used by the
/// device thread only.
final class Scheduler {
    private final int slots;
    private final int prefillChunk;
    private final int scoreChunk;
    private final boolean alone;
    private final CacheSpace space;
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private int turn;

    /// Indexed by slot.
    private final List<Sequence> running = new ArrayList<>();

    /// `scoreChunk` is how many prompt tokens of those that want log probabilities a step may hold.
    /// The deterministic mode keeps prompts and revisions in steps of their own.
    Scheduler(EngineOptions options, int scoreChunk, CacheSpace space) {
        this.space = space;
        this.alone = options.deterministic();
        this.slots = options.maxSequences();
        this.prefillChunk = options.prefillChunk();
        this.scoreChunk = scoreChunk;
    }

    void add(Sequence sequence) {
        waiting.add(sequence);
    }

    boolean isIdle() {
        return running.isEmpty() && waiting.isEmpty();
    }

    /// Running sequences by slot.
    List<Sequence> running() {
        return running;
    }

    /// Waiting sequences, the next one first.
    Iterable<Sequence> waiting() {
        return waiting;
    }

    int waitingCount() {
        return waiting.size();
    }

    /// Waiting sequences that only memory keeps from running; 0 while there is no free slot.
    int waitingForMemory() {
        Sequence next = running.size() < slots ? waiting.peek() : null;
        return next == null || space.admits(running, next) ? 0 : waiting.size();
    }

    /// The next step; admits waiting sequences while slots, memory and the prefill budget last. No
    /// sequence may have ended since the last [#retire].
    BatchStep plan() {
        return alone ? planAlone() : planTogether();
    }

    /// One chunk of one prompt, or the decoding sequences of one revision, each in turn.
    private BatchStep planAlone() {
        List<Part> parts = new ArrayList<>();
        planPrompts(parts);
        if (parts.isEmpty()) {
            List<Sequence> decoding = running.stream().filter(s -> !s.prefilling()).toList();
            List<Revision> revisions =
                    decoding.stream()
                            .map(Sequence::revision)
                            .distinct()
                            .sorted(Comparator.comparing(Revision::id))
                            .toList();
            if (!revisions.isEmpty()) {
                Revision next = revisions.get(turn++ % revisions.size());
                decoding.stream()
                        .filter(sequence -> sequence.revision() == next)
                        .forEach(sequence -> parts.add(new Part(sequence, sequence.nextRow(1))));
            }
        }
        return new BatchStep(parts);
    }

    private BatchStep planTogether() {
        List<Part> parts = new ArrayList<>();
        for (Sequence sequence : running) {
            if (!sequence.prefilling()) {
                parts.add(new Part(sequence, sequence.nextRow(1)));
            }
        }
        planPrompts(parts);
        return new BatchStep(parts);
    }

    private void planPrompts(List<Part> parts) {
        int budget = prefillChunk;
        int scores = scoreChunk;
        boolean unfinished = !running.isEmpty() && running.getLast().prefilling();
        Sequence sequence = unfinished ? running.getLast() : nextWaiting();
        while (sequence != null) {
            int allowed = sequence.scoresPrompt() ? Math.min(budget, scores) : budget;
            if (allowed == 0) {
                return;
            }
            if (!sequence.hasSlot()) {
                waiting.remove();
                sequence.place(running.size());
                running.add(sequence);
                space.open(running);
            }
            int tokens = space.piece(sequence, allowed);
            if (tokens == 0) {
                return;
            }
            parts.add(new Part(sequence, sequence.nextRow(tokens)));
            if (sequence.promptLeft() > tokens || alone) {
                return;
            }
            budget -= tokens;
            scores -= sequence.scoresPrompt() ? tokens : 0;
            sequence = nextWaiting();
        }
    }

    private @Nullable Sequence nextWaiting() {
        Sequence next = running.size() < slots ? waiting.peek() : null;
        return next != null && space.admits(running, next) ? next : null;
    }

    /// Removes sequences that have ended and closes the holes that they leave in the cache. Should
    /// the cache throw, [#running] still holds every running sequence.
    void retire() {
        waiting.removeIf(Sequence::ended);
        boolean unfinished = !running.isEmpty() && running.getLast().prefilling();
        int kept = unfinished ? running.size() - 1 : running.size();
        for (int slot = kept - 1; slot >= 0; slot--) {
            if (running.get(slot).ended()) {
                kept--;
                moveTo(slot, running.get(kept));
            }
        }
        if (unfinished && !running.getLast().ended()) {
            moveTo(kept, running.getLast());
            kept++;
        }
        running.subList(kept, running.size()).clear();
    }

    /// Takes all running sequences out, without a look at the cache.
    List<Sequence> removeRunning() {
        List<Sequence> removed = List.copyOf(running);
        running.clear();
        return removed;
    }

    /// Takes all waiting sequences out.
    List<Sequence> removeWaiting() {
        List<Sequence> removed = List.copyOf(waiting);
        waiting.clear();
        return removed;
    }

    private void moveTo(int slot, Sequence sequence) {
        if (sequence.slot() != slot) {
            space.move(sequence.slot(), slot, sequence.computed());
            sequence.place(slot);
            running.set(slot, sequence);
        }
    }
}
