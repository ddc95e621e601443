package dev.stethos.edit.making;

import dev.stethos.edit.Factors;
import dev.stethos.edit.LayerDelta;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.WeightName;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A task vector whose matrices are cut to a rank, as pairs of thin matrices. Gains, and matrices
/// that a pair would not make smaller, stay as they are. One matrix is in memory at a time.
public final class TruncatedTaskVector implements DeltaSource {
    private final TaskVector vector;
    private final int rank;
    private final DType type;
    private final SortedMap<Integer, Double> energy = new TreeMap<>();
    private final SortedMap<String, Double> retention = new TreeMap<>();
    private long elements;
    private long differing;
    private @Nullable Cut last;

    /// `type` is what the thin matrices are kept as, the vector's own type for the rest.
    public TruncatedTaskVector(TaskVector vector, int rank, DType type) {
        if (rank < 1) {
            throw new IllegalArgumentException("rank " + rank + ", allowed is at least 1");
        }
        this.vector = vector;
        this.rank = rank;
        this.type = type;
    }

    private record Cut(WeightName name, Factors factors) {}

    @Override
    public List<WeightName> names() {
        return vector.names();
    }

    @Override
    public String baseConfig() {
        return vector.baseConfig();
    }

    @Override
    public String baseHash(WeightName name) {
        return vector.baseHash(name);
    }

    @Override
    public List<NamedTensor> tensors() {
        clear();
        List<NamedTensor> tensors = new ArrayList<>();
        for (TaskVector.Part part : vector.parts()) {
            List<Long> shape = vector.shape(part.name());
            if (isCut(shape)) {
                tensors.addAll(pair(part.name(), shape.getFirst(), shape.getLast()));
            } else {
                tensors.add(vector.tensor(part.name()));
                record(part.name(), part.elements(), part.differing(), part.energy(), 1);
            }
        }
        return tensors;
    }

    private boolean isCut(List<Long> shape) {
        return shape.size() == 2
                && rank * (shape.getFirst() + shape.getLast()) < shape.getFirst() * shape.getLast();
    }

    private List<NamedTensor> pair(WeightName name, long out, long in) {
        return List.of(
                new NamedTensor(
                        name + LayerDelta.SUFFIX_A,
                        type,
                        List.of((long) rank, in),
                        channel ->
                                NamedTensor.ofFloats(
                                                "a",
                                                type,
                                                List.of((long) rank, in),
                                                cut(name, out, in).a())
                                        .source()
                                        .writeTo(channel)),
                new NamedTensor(
                        name + LayerDelta.SUFFIX_B,
                        type,
                        List.of(out, (long) rank),
                        channel ->
                                NamedTensor.ofFloats(
                                                "b",
                                                type,
                                                List.of(out, (long) rank),
                                                cut(name, out, in).b())
                                        .source()
                                        .writeTo(channel)));
    }

    private Factors cut(WeightName name, long out, long in) {
        Cut known = last;
        if (known != null && known.name().equals(name)) {
            return known.factors();
        }
        last = null;
        float[] delta = vector.exact(name);
        Factors factors = Factors.truncated(delta, out, in, rank).rounded(type);
        last = new Cut(name, factors);
        measure(name, delta, factors.product());
        return factors;
    }

    private void measure(WeightName name, float[] wanted, float[] given) {
        double whole = 0;
        double kept = 0;
        double lost = 0;
        for (int i = 0; i < wanted.length; i++) {
            double missing = (double) wanted[i] - given[i];
            whole += (double) wanted[i] * wanted[i];
            kept += (double) given[i] * given[i];
            lost += missing * missing;
        }
        record(name, wanted.length, vector.differing(name, given), kept, 1 - lost / whole);
    }

    private void record(
            WeightName name, long ofElements, long ofDiffering, double kept, double share) {
        elements += ofElements;
        differing += ofDiffering;
        retention.put(name.canonical(), share);
        name.layer().ifPresent(layer -> energy.merge(layer, kept, Double::sum));
    }

    private void clear() {
        elements = 0;
        differing = 0;
        retention.clear();
        energy.clear();
        last = null;
    }

    @Override
    public Findings findings() {
        return Findings.ofTuned(
                energy,
                new EditProfile.RoundTrip(elements, differing),
                new EditProfile.Truncation(rank, retention));
    }
}
