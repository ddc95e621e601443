package dev.stethos.inference;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.BatchStep.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Continuous batching: which sequences run, in which slots, and what each step computes. Sequences
/// join as [WaitingLine] orders them and leave between steps; background ones leave and wait again
/// when an interactive one wants their slot or memory. Running ones occupy slots 0, 1, 2, ...
/// without holes; at most one of them is still in its prompt, and it has the last slot. Used by the
/// device thread only.
final class Scheduler {
    /// Prompt tokens of a background sequence in a step that decodes interactive ones: this part of
    /// the chunk, and no fewer than kept prompts have in a block.
    private static final int BACKGROUND_PART = 8;

    private static final int BACKGROUND_LEAST = 64;

    private final int slots;
    private final int prefillChunk;
    private final PrefillPace pace;
    private final int scoreChunk;
    private final boolean alone;
    private final CacheSpace space;
    private final WaitingLine waiting;
    private final Preemption preemption;
    private int turn;

    /// Indexed by slot.
    private final List<Sequence> running = new ArrayList<>();

    /// `scoreChunk` is how many prompt tokens of those that want log probabilities a step may hold.
    /// The deterministic mode keeps prompts and revisions in steps of their own.
    Scheduler(EngineOptions options, int scoreChunk, CacheSpace space) {
        this.space = space;
        this.alone = options.deterministic();
        this.slots = options.maxSequences();
        this.waiting = new WaitingLine(slots);
        this.preemption = new Preemption(options, space);
        this.prefillChunk = options.prefillChunk();
        this.pace = new PrefillPace(prefillChunk);
        this.scoreChunk = scoreChunk;
    }

    void add(Sequence sequence) {
        waiting.add(sequence);
    }

    boolean isIdle() {
        return running.isEmpty() && waiting.size() == 0;
    }

    /// Whether a further sequence would have to wait.
    boolean isFull() {
        return running.size() == slots || waiting.size() > 0;
    }

    /// Running sequences by slot.
    List<Sequence> running() {
        return running;
    }

    /// Waiting sequences.
    WaitingLine waiting() {
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

    /// Takes background sequences out of their slots where interactive ones would start without
    /// them; these wait again. True if there were any; [#retire] closes the holes.
    boolean makeRoom() {
        waiting.promote(running);
        List<Sequence> leaving = preemption.leaving(running, waiting.interactive());
        for (Sequence sequence : leaving) {
            sequence.preempt(alone);
            waiting.addFirst(sequence);
        }
        return !leaving.isEmpty();
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
        int budget = interactive(parts) ? pace.tokens() : prefillChunk;
        int scores = scoreChunk;
        boolean unfinished = !running.isEmpty() && running.getLast().prefilling();
        Sequence sequence = unfinished ? running.getLast() : nextWaiting();
        while (sequence != null) {
            int allowed = allowed(sequence, parts, budget);
            allowed = sequence.scoresPrompt() ? Math.min(allowed, scores) : allowed;
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

    private int allowed(Sequence sequence, List<Part> parts, int budget) {
        return sequence.yields() && interactive(parts)
                ? Math.min(budget, Math.max(BACKGROUND_LEAST, prefillChunk / BACKGROUND_PART))
                : budget;
    }

    private static boolean interactive(List<Part> parts) {
        return parts.stream().anyMatch(part -> !part.sequence().yields());
    }

    /// Tells how long a step took.
    void took(BatchStep step, long nanos) {
        if (!alone && interactive(step.generating())) {
            pace.took(step.tokens() - step.generating().size(), nanos);
        }
    }

    private @Nullable Sequence nextWaiting() {
        Sequence next = running.size() < slots ? waiting.peek() : null;
        return next != null && space.admits(running, next) ? next : null;
    }

    /// Removes sequences that have ended or lost their slot and closes the holes that they leave in
    /// the cache. Should the cache throw, [#running] still holds every running sequence.
    void retire() {
        waiting.removeEnded();
        boolean unfinished = !running.isEmpty() && running.getLast().prefilling();
        int kept = unfinished ? running.size() - 1 : running.size();
        for (int slot = kept - 1; slot >= 0; slot--) {
            if (gone(running.get(slot))) {
                kept--;
                if (slot < kept) {
                    moveTo(slot, running.get(kept));
                }
            }
        }
        if (unfinished && !gone(running.getLast())) {
            moveTo(kept, running.getLast());
            kept++;
        }
        running.subList(kept, running.size()).clear();
    }

    private static boolean gone(Sequence sequence) {
        return sequence.ended() || !sequence.hasSlot();
    }

    /// Takes all running sequences out, without a look at the cache.
    List<Sequence> removeRunning() {
        List<Sequence> removed = List.copyOf(running);
        running.clear();
        return removed;
    }

    /// Takes all waiting sequences out.
    List<Sequence> removeWaiting() {
        return waiting.removeAll();
    }

    private void moveTo(int slot, Sequence sequence) {
        if (sequence.slot() != slot) {
            space.move(sequence.slot(), slot, sequence.computed());
            sequence.place(slot);
            running.set(slot, sequence);
        }
    }
}
