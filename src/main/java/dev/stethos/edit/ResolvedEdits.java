package dev.stethos.edit;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.weights.WeightName;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A profile after it was checked against one base checkpoint: every delta exists, fits its tensor
/// and is finite. Nothing is left to look up. Owns the mapped deltas; apply before closing.
public final class ResolvedEdits implements AutoCloseable {
    private final EditProfile profile;
    private final double scale;
    private final SortedMap<WeightName, LayerDelta> deltas;
    private final Map<WeightName, Double> bounds;
    private final @Nullable OpenDeltas open;

    /// `bounds` has for every delta what no element of its edited tensor exceeds.
    ResolvedEdits(
            EditProfile profile,
            double scale,
            Map<WeightName, LayerDelta> deltas,
            Map<WeightName, Double> bounds,
            @Nullable OpenDeltas open) {
        this.profile = profile;
        this.scale = scale;
        this.deltas = new TreeMap<>(deltas);
        this.bounds = Map.copyOf(bounds);
        this.open = open;
    }

    public EditProfile profile() {
        return profile;
    }

    public double scale() {
        return scale;
    }

    /// True when applying changes nothing: no deltas, or scale 0.
    public boolean isIdentity() {
        return deltas.isEmpty() || scale == 0;
    }

    /// The edited tensors' names, by layer and module.
    public List<WeightName> names() {
        return List.copyOf(deltas.keySet());
    }

    /// Size of the deltas as they are stored.
    public long bytes() {
        return open == null
                ? 0
                : open.file().tensors().stream().mapToLong(t -> t.end() - t.begin()).sum();
    }

    /// Refuses when the deltas' file has changed since it was checked.
    void requireUnchanged() {
        if (open != null) {
            open.requireUnchanged();
        }
    }

    LayerDelta delta(WeightName name) {
        LayerDelta delta = deltas.get(name);
        if (delta == null) {
            throw new IllegalArgumentException("no delta for " + name);
        }
        return delta;
    }

    /// Whether no element of the edited tensor can be beyond `largest`.
    boolean staysWithin(WeightName name, double largest) {
        return bounds.getOrDefault(name, Double.POSITIVE_INFINITY) <= largest;
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
