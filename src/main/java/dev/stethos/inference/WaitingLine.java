package dev.stethos.inference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sequences that wait for a slot: interactive ones in the order of arrival, then background ones.
/// So that these never starve, the first of them is promoted, which makes it interactive to its
/// end, when [#TURN] interactive ones have left the line before it; but no more promoted ones run
/// at once than an eighth of the slots, at least one. Used by the device thread only.
final class WaitingLine {
    static final int TURN = 7;
    private static final int SLOTS_PART = 8;

    private final int mostPromoted;
    private final Deque<Sequence> interactive = new ArrayDeque<>();
    private final Deque<Sequence> background = new ArrayDeque<>();
    private int passed;

    WaitingLine(int slots) {
        mostPromoted = Math.max(1, slots / SLOTS_PART);
    }

    void add(Sequence sequence) {
        line(sequence).add(sequence);
    }

    /// Puts one that ran back, before all of its kind.
    void addFirst(Sequence sequence) {
        line(sequence).addFirst(sequence);
    }

    private Deque<Sequence> line(Sequence sequence) {
        return sequence.yields() ? background : interactive;
    }

    /// Promotes the first background sequence if it is its turn.
    void promote(List<Sequence> running) {
        if (background.isEmpty() || passed < TURN) {
            return;
        }
        long promoted = running.stream().filter(Sequence::promoted).count();
        if (promoted < mostPromoted) {
            Sequence first = background.remove();
            first.promote();
            interactive.addFirst(first);
            passed = 0;
        }
    }

    /// The next one.
    @Nullable Sequence peek() {
        return interactive.isEmpty() ? background.peek() : interactive.peek();
    }

    /// Takes the next one out.
    void remove() {
        if (interactive.isEmpty()) {
            background.remove();
        } else {
            interactive.remove();
            passed = background.isEmpty() ? 0 : passed + 1;
        }
    }

    void removeEnded() {
        interactive.removeIf(Sequence::ended);
        background.removeIf(Sequence::ended);
    }

    /// Takes all out, the next one first.
    List<Sequence> removeAll() {
        List<Sequence> all = new ArrayList<>(interactive);
        all.addAll(background);
        interactive.clear();
        background.clear();
        return all;
    }

    /// The next one first.
    void forEach(Consumer<Sequence> action) {
        interactive.forEach(action);
        background.forEach(action);
    }

    /// Those that wait as interactive ones, the next one first.
    Iterable<Sequence> interactive() {
        return interactive;
    }

    int size() {
        return interactive.size() + background.size();
    }
}
