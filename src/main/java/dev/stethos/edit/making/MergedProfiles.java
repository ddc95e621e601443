package dev.stethos.edit.making;

import dev.stethos.edit.DeltaElements;
import dev.stethos.edit.LayerDelta;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/// Several profiles of one base merged into one, whose deltas are dense F32 at scale 1. Streamed:
/// of every part at most one tensor is in memory, and that only where it is low-rank. The parts
/// must stay open.
public final class MergedProfiles implements DeltaSource {
    private static final int BLOCK = 1 << 16;

    private final List<ProfileContents> parts;
    private final List<Double> weights;
    private final MergeMethod method;
    private final SortedMap<WeightName, Double> energy = new TreeMap<>();

    /// Parts of different bases, and weights that do not suit the method, are refused.
    public MergedProfiles(List<ProfileContents> parts, List<Double> weights, MergeMethod method) {
        this.parts = List.copyOf(parts);
        this.weights = List.copyOf(weights);
        this.method = method;
        checkWeights();
        EditProfile first = parts.getFirst().profile();
        parts.forEach(part -> checkBase(first, part.profile()));
        SortedSet<WeightName> names = new TreeSet<>();
        parts.forEach(part -> names.addAll(part.deltas().keySet()));
        for (WeightName name : names) {
            double[] sum = {0};
            combine(name, value -> sum[0] += value * value);
            if (sum[0] != 0) {
                energy.put(name, sum[0]);
            }
        }
    }

    private void checkWeights() {
        if (weights.size() != parts.size()) {
            throw new IllegalArgumentException(
                    "%d weights were given for %d profiles"
                            .formatted(weights.size(), parts.size()));
        }
        for (double weight : weights) {
            boolean allowed = method instanceof MergeMethod.Ties ? weight > 0 : weight != 0;
            if (!allowed || !Double.isFinite(weight)) {
                throw new IllegalArgumentException(
                        "weight %s, allowed with %s are %s numbers"
                                .formatted(
                                        weight,
                                        method.label(),
                                        method instanceof MergeMethod.Ties
                                                ? "positive"
                                                : "finite, non-zero"));
            }
        }
    }

    private static void checkBase(EditProfile first, EditProfile other) {
        if (!first.base().fingerprint().equals(other.base().fingerprint())
                || !first.base().config().equals(other.base().config())) {
            throw new IllegalArgumentException(
                    "profile %s is for %s with fingerprint %s, profile %s for %s with %s; allowed are profiles of one base"
                            .formatted(
                                    first.name(),
                                    first.base().model(),
                                    first.base().fingerprint(),
                                    other.name(),
                                    other.base().model(),
                                    other.base().fingerprint()));
        }
        for (Map.Entry<String, String> tensor : other.base().tensors().entrySet()) {
            String known = first.base().tensors().get(tensor.getKey());
            if (known != null && !known.equals(tensor.getValue())) {
                throw new IllegalArgumentException(
                        "profiles %s and %s, tensor %s: different hashes of the base's tensor"
                                .formatted(first.name(), other.name(), tensor.getKey()));
            }
        }
    }

    private void combine(WeightName name, DoubleConsumer merged) {
        List<MergeMethod.Part> editing = new ArrayList<>();
        List<Long> shape = shape(name);
        for (int i = 0; i < parts.size(); i++) {
            ProfileContents part = parts.get(i);
            LayerDelta delta = part.deltas().get(name);
            if (delta == null) {
                continue;
            }
            if (!delta.shape().equals(shape)) {
                throw new IllegalArgumentException(
                        "profile %s, tensor %s: shape %s, another part has %s"
                                .formatted(part.profile().name(), name, delta.shape(), shape));
            }
            editing.add(
                    new MergeMethod.Part(
                            i, DeltaElements.of(delta), part.profile().scale(), weights.get(i)));
        }
        MergeMethod.Combination combination = method.on(name, editing);
        long elements = editing.getFirst().elements().count();
        float[][] blocks = new float[editing.size()][BLOCK];
        double[] values = new double[editing.size()];
        for (long at = 0; at < elements; at += BLOCK) {
            int count = 0;
            for (int part = 0; part < blocks.length; part++) {
                count = editing.get(part).elements().read(at, blocks[part]);
            }
            for (int i = 0; i < count; i++) {
                for (int part = 0; part < blocks.length; part++) {
                    values[part] = editing.get(part).scale() * blocks[part][i];
                }
                float value = (float) combination.of(values, at + i);
                // Adding -0 keeps every weight as it is, adding +0 would turn -0 into +0.
                merged.accept(value == 0 ? -0f : value);
            }
        }
    }

    private List<Long> shape(WeightName name) {
        for (ProfileContents part : parts) {
            LayerDelta delta = part.deltas().get(name);
            if (delta != null) {
                return delta.shape();
            }
        }
        throw new IllegalArgumentException("no part edits " + name);
    }

    @Override
    public List<WeightName> names() {
        return List.copyOf(energy.keySet());
    }

    @Override
    public String baseConfig() {
        return parts.getFirst().profile().base().config();
    }

    @Override
    public String baseHash(WeightName name) {
        for (ProfileContents part : parts) {
            String hash = part.profile().base().tensors().get(name.canonical());
            if (hash != null) {
                return hash;
            }
        }
        throw new IllegalArgumentException("no part's manifest has the base's hash of " + name);
    }

    @Override
    public List<NamedTensor> tensors() {
        return names().stream()
                .map(name ->
                        new NamedTensor(
                                name.canonical(), DType.F32, shape(name), out -> write(name, out)))
                .toList();
    }

    private void write(WeightName name, WritableByteChannel out) throws IOException {
        Buffered buffered = new Buffered(out);
        try {
            combine(name, buffered);
            buffered.flush();
        } catch (UncheckedIOException e) {
            throw new IOException("tensor " + name, e);
        }
    }

    /// Writes floats in blocks.
    private static final class Buffered implements DoubleConsumer {
        private final WritableByteChannel out;
        private final byte[] bytes = new byte[BLOCK * DType.F32.bytes()];
        private final MemorySegment segment = MemorySegment.ofArray(bytes);
        private int count;

        Buffered(WritableByteChannel out) {
            this.out = out;
        }

        @Override
        public void accept(double value) {
            DType.F32.write(segment, count++, (float) value);
            if (count == BLOCK) {
                flush();
            }
        }

        void flush() {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count * DType.F32.bytes());
            count = 0;
            try {
                while (buffer.hasRemaining()) {
                    int _ = out.write(buffer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Findings findings() {
        SortedMap<Integer, Double> byLayer = new TreeMap<>();
        energy.forEach((name, sum) ->
                name.layer().ifPresent(layer -> byLayer.merge(layer, sum, Double::sum)));
        List<EditProfile.Part> merged = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            EditProfile profile = parts.get(i).profile();
            String hash =
                    profile.files().values().stream()
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "profile " + profile.name() + " has no deltas"));
            merged.add(new EditProfile.Part(profile.name(), hash, profile.scale(), weights.get(i)));
        }
        return new Findings(byLayer, null, null, null, merge(merged), null);
    }

    private EditProfile.Merge merge(List<EditProfile.Part> merged) {
        return switch (method) {
            case MergeMethod.Sum sum -> new EditProfile.Merge(sum.label(), null, null, merged);
            case MergeMethod.Ties ties ->
                    new EditProfile.Merge(ties.label(), ties.density(), null, merged);
            case MergeMethod.Dare dare ->
                    new EditProfile.Merge(dare.label(), dare.density(), dare.seed(), merged);
        };
    }
}
