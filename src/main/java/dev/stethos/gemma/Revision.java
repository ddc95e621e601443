package dev.stethos.gemma;

import dev.stethos.torch.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An immutable set of decoder weights and its identity: a hash of everything that determines the
/// weights. A derived revision shares every tensor it does not replace and owns only its own;
/// closing it frees those and nothing else. Close a base after everything derived from it.
public final class Revision implements AutoCloseable {
    private final String id;
    private final Map<String, Tensor> weights;
    private final Set<String> owned;

    private Revision(String id, Map<String, Tensor> weights, Set<String> owned) {
        this.id = id;
        this.weights = Collections.unmodifiableMap(weights);
        this.owned = Set.copyOf(owned);
    }

    /// A revision that owns all of `weights`, keyed by canonical weight name.
    public static Revision base(String id, Map<String, Tensor> weights) {
        return new Revision(id, new LinkedHashMap<>(weights), weights.keySet());
    }

    /// A revision with some tensors replaced; it takes ownership of the replacements only.
    public Revision derive(String newId, Map<String, Tensor> replacements) {
        Map<String, Tensor> all = new LinkedHashMap<>(weights);
        for (Map.Entry<String, Tensor> replacement : replacements.entrySet()) {
            if (all.replace(replacement.getKey(), replacement.getValue()) == null) {
                throw new IllegalArgumentException(
                        "revision " + id + " has no tensor " + replacement.getKey());
            }
        }
        return new Revision(newId, all, replacements.keySet());
    }

    /// Lower-case hex; equal ids mean bit-equal weights.
    public String id() {
        return id;
    }

    public Set<String> names() {
        return weights.keySet();
    }

    public Tensor tensor(String canonicalName) {
        Tensor tensor = weights.get(canonicalName);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "revision " + id + " has no tensor " + canonicalName);
        }
        return tensor;
    }

    public List<Tensor> tensors(List<String> canonicalNames) {
        return canonicalNames.stream().map(this::tensor).toList();
    }

    /// Names of the tensors that this revision does not share with the one it was derived from.
    public Set<String> ownedNames() {
        return owned;
    }

    public long ownedBytes() {
        return owned.stream().mapToLong(name -> tensor(name).bytes()).sum();
    }

    /// What all of its tensors take, shared ones included.
    public long bytes() {
        return weights.values().stream().mapToLong(Tensor::bytes).sum();
    }

    @Override
    public void close() {
        for (String name : new ArrayList<>(owned)) {
            tensor(name).close();
        }
    }
}
