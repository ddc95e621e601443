package dev.stethos.inference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/// Which running background sequences leave so that waiting interactive ones start in the next
/// step: one that is still in its prompt, then those with the fewest computed tokens. None leaves
/// in vain. Used by the device thread only.
final class Preemption {
    private final int slots;
    private final int prefillChunk;
    private final CacheSpace space;

    Preemption(EngineOptions options, CacheSpace space) {
        this.slots = options.maxSequences();
        this.prefillChunk = options.prefillChunk();
        this.space = space;
    }

    /// Those that leave, of the running ones by slot.
    List<Sequence> leaving(List<Sequence> running, Iterable<Sequence> interactive) {
        List<Sequence> staying = new ArrayList<>(running);
        List<Sequence> leaving = new ArrayList<>();
        if (!running.isEmpty() && running.getLast().prefilling()) {
            if (!running.getLast().yields()) {
                return List.of();
            }
            leaving.add(staying.removeLast());
        }
        List<Sequence> yielding =
                staying.stream()
                        .filter(Sequence::yields)
                        .sorted(Comparator.comparingInt(Sequence::computed))
                        .toList();
        int budget = prefillChunk;
        boolean starts = false;
        Iterator<Sequence> next = interactive.iterator();
        while (next.hasNext() && budget > 0) {
            Sequence sequence = next.next();
            List<Sequence> without = withRoom(staying, yielding, sequence);
            if (without.isEmpty()) {
                break;
            }
            starts = true;
            staying = without;
            budget -= sequence.promptLeft();
        }
        if (!starts) {
            return List.of();
        }
        List<Sequence> rest = staying;
        yielding.stream().filter(each -> !rest.contains(each)).forEach(leaving::add);
        return leaving;
    }

    /// Those of `staying` that can run beside `next`, with it; none if it cannot run.
    private List<Sequence> withRoom(
            List<Sequence> staying, List<Sequence> yielding, Sequence next) {
        List<Sequence> rest = new ArrayList<>(staying);
        Iterator<Sequence> first = yielding.iterator();
        while (rest.size() >= slots || !space.admits(rest, next)) {
            if (!first.hasNext()) {
                return List.of();
            }
            Sequence leaves = first.next();
            rest.removeIf(each -> each == leaves);
        }
        rest.add(next);
        return rest;
    }
}
