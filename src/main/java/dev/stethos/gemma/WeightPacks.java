package dev.stethos.gemma;

import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The weights of the revisions of a step as the program takes them, packed once for every
/// combination of revisions and kept for the most recent ones. A pack keeps its weights' memory
/// alive until [#forget] or [#close]. Safe from any thread.
final class WeightPacks implements AutoCloseable {
    private static final int KEPT = 32;

    private final WeightLayout layout;
    private final ScalarType type;
    private final Map<List<Revision>, Pack> packs = new LinkedHashMap<>(16, 0.75f, true);

    WeightPacks(WeightLayout layout, ScalarType type) {
        this.layout = layout;
        this.type = type;
    }

    /// All revisions' weights, one revision after the other, and for every weight 1 where the
    /// revisions do not share it.
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
            all.addAll(revision.tensors(layout.names()));
        }
        int count = layout.names().size();
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

    private void check(Revision revision) {
        if (!revision.names().equals(layout.shapes().keySet())) {
            throw new IllegalArgumentException(
                    "revision " + revision.id() + " has other weights than this model");
        }
        layout.shapes()
                .forEach((name, shape) -> {
                    Tensor tensor = revision.tensor(name);
                    List<Long> given = Arrays.stream(tensor.shape()).boxed().toList();
                    if (!given.equals(shape) || tensor.scalarType() != type) {
                        throw new IllegalArgumentException(
                                "revision %s, tensor %s: %s %s, the model has %s %s"
                                        .formatted(
                                                revision.id(),
                                                name,
                                                tensor.scalarType(),
                                                given,
                                                type,
                                                shape));
                    }
                });
    }

    /// Drops every pack that holds this revision.
    synchronized void forget(Revision revision) {
        packs.entrySet()
                .removeIf(entry -> {
                    boolean holds = entry.getKey().contains(revision);
                    if (holds) {
                        entry.getValue().weights().close();
                    }
                    return holds;
                });
    }

    @Override
    public synchronized void close() {
        packs.values().forEach(pack -> pack.weights().close());
        packs.clear();
    }
}
