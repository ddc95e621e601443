package dev.stethos.gemma;

import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of the revisions of a step as the program takes them, packed once for every
/// combination of revisions and kept for the most recent ones. What the program takes in another
/// form than it is stored in is made once and shared by revisions that share the weights. A pack
/// keeps its weights' memory alive until [#forget] or [#close]. Safe from any thread.
final class WeightPacks implements AutoCloseable {
    private static final int KEPT = 32;

    private final WeightLayout layout;
    private final ProgramLayout programLayout;
    private final ScalarType stored;
    private final TorchProgram program;
    private final Map<List<Revision>, Pack> packs = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<List<Tensor>, Tensor> made = new HashMap<>();

    WeightPacks(
            WeightLayout layout,
            ProgramLayout programLayout,
            ScalarType stored,
            TorchProgram program) {
        this.layout = layout;
        this.programLayout = programLayout;
        this.stored = stored;
        this.program = program;
    }

    /// All revisions' parts, one revision after the other, and for every part 1 where the revisions
    /// do not share it.
    @SuppressWarnings("ArrayRecordComponent")
    record Pack(TensorList weights, long[] split) {}

    /// The pack for these revisions. One whose weights are not this model's is refused with an
    /// [IllegalArgumentException].
    synchronized Pack get(List<Revision> revisions) {
        Pack known = packs.get(revisions);
        if (known != null) {
            return known;
        }
        List<Tensor> all = new ArrayList<>();
        for (Revision revision : revisions) {
            check(revision);
            programLayout.parts().forEach(part -> all.add(part(revision, part)));
        }
        int count = programLayout.parts().size();
        long[] split = new long[count];
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) != all.get(i % count)) {
                split[i % count] = 1;
            }
        }
        Pack pack = new Pack(TensorList.of(all), split);
        packs.put(List.copyOf(revisions), pack);
        if (packs.size() > KEPT) {
            Iterator<Pack> oldest = packs.values().iterator();
            oldest.next().weights().close();
            oldest.remove();
        }
        return pack;
    }

    private Tensor part(Revision revision, ProgramLayout.Part part) {
        List<Tensor> sources = revision.tensors(part.sources());
        return programLayout.isShared(part, stored)
                ? sources.getFirst()
                : made.computeIfAbsent(sources, s -> programLayout.make(program, part, s));
    }

    private void check(Revision revision) {
        if (!revision.names().equals(layout.shapes().keySet())) {
            throw new IllegalArgumentException(
                    "revision " + revision.id() + " has other weights than this model");
        }
        layout.shapes()
                .forEach((name, shape) -> {
                    Tensor tensor = revision.tensor(name);
                    List<Long> given = Arrays.stream(tensor.shape()).boxed().toList();
                    if (!given.equals(shape) || tensor.scalarType() != stored) {
                        throw new IllegalArgumentException(
                                "revision %s, tensor %s: %s %s, the model has %s %s"
                                        .formatted(
                                                revision.id(),
                                                name,
                                                tensor.scalarType(),
                                                given,
                                                stored,
                                                shape));
                    }
                });
    }

    /// Drops every pack that holds this revision, and what was made of its own weights.
    synchronized void forget(Revision revision) {
        packs.entrySet()
                .removeIf(entry -> {
                    boolean holds = entry.getKey().contains(revision);
                    if (holds) {
                        entry.getValue().weights().close();
                    }
                    return holds;
                });
        List<Tensor> owned = revision.tensors(List.copyOf(revision.ownedNames()));
        made.entrySet()
                .removeIf(entry -> {
                    boolean gone = !Collections.disjoint(entry.getKey(), owned);
                    if (gone) {
                        entry.getValue().close();
                    }
                    return gone;
                });
    }

    @Override
    public synchronized void close() {
        packs.values().forEach(pack -> pack.weights().close());
        packs.clear();
        made.values().forEach(Tensor::close);
        made.clear();
    }
}
