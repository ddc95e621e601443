package dev.stethos.edit.making;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.InvalidWeightsException;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Tuned minus base, for the selected tensors that differ at all; computed in float, kept as F32 or
/// BF16, and streamed: no tensor is ever held whole. Reads the two checkpoints, which must stay
/// open. Task vectors: Ilharco et al., <https://arxiv.org/abs/2212.04089>.
public final class TaskVector implements DeltaSource {
    private static final int BLOCK = 1 << 16;

    private final Checkpoint base;
    private final Checkpoint tuned;
    private final DType deltaType;
    private final SortedMap<WeightName, Part> parts = new TreeMap<>();

    private TaskVector(Checkpoint base, Checkpoint tuned, DType deltaType) {
        this.base = base;
        this.tuned = tuned;
        this.deltaType = deltaType;
    }

    /// One tensor's share: the sum of its squares, and how many of its elements do not give back
    /// the tuned weight bit for bit when they are added to the base's.
    public record Part(WeightName name, long elements, double energy, long differing) {}

    /// Compares the two checkpoints on `selection`; `deltaType` is F32 or BF16. Tensors that do not
    /// fit each other or hold NaN or infinities are an [InvalidWeightsException].
    public static TaskVector between(
            Checkpoint base, Checkpoint tuned, WeightSelection selection, DType deltaType) {
        return between(base, tuned, selection, deltaType, Progress.NONE);
    }

    /// As above; `progress` counts elements.
    public static TaskVector between(
            Checkpoint base,
            Checkpoint tuned,
            WeightSelection selection,
            DType deltaType,
            Progress progress) {
        if (deltaType == DType.F16) {
            throw new IllegalArgumentException("delta type F16, allowed are F32 and BF16");
        }
        TaskVector vector = new TaskVector(base, tuned, deltaType);
        List<WeightName> names =
                base.names().stream()
                        .map(WeightName::new)
                        .filter(selection::contains)
                        .sorted()
                        .toList();
        progress.begin(
                "comparing",
                names.stream()
                        .mapToLong(name -> base.locate(name.canonical()).info().elements())
                        .sum());
        names.forEach(name -> vector.measure(name, progress));
        return vector;
    }

    private void measure(WeightName name, Progress progress) {
        Pair pair = pair(name);
        float[] delta = new float[BLOCK];
        double energy = 0;
        long differing = 0;
        for (long at = 0; at < pair.elements(); at += BLOCK) {
            int count = pair.delta(at, delta);
            for (int i = 0; i < count; i++) {
                energy += (double) delta[i] * delta[i];
            }
            differing += pair.differing(at, delta, count);
            progress.advance(count);
        }
        if (!Double.isFinite(energy)) {
            throw new InvalidWeightsException(
                    pair.tuned.file().name(),
                    "tensor " + name + ": it, its base or their difference is not finite");
        }
        if (energy != 0) {
            parts.put(name, new Part(name, pair.elements(), energy, differing));
        }
    }

    private Pair pair(WeightName name) {
        Pair pair =
                new Pair(base.locate(name.canonical()), tuned.locate(name.canonical()), deltaType);
        TensorInfo given = pair.tuned.info();
        TensorInfo allowed = pair.base.info();
        if (given.dtype() != allowed.dtype() || !given.shape().equals(allowed.shape())) {
            throw new InvalidWeightsException(
                    pair.tuned.file().name(),
                    "tensor %s: %s %s, base has %s %s"
                            .formatted(
                                    name,
                                    given.dtype(),
                                    given.shape(),
                                    allowed.dtype(),
                                    allowed.shape()));
        }
        return pair;
    }

    /// The tensors that differ, by layer and module.
    public List<Part> parts() {
        return List.copyOf(parts.values());
    }

    @Override
    public List<WeightName> names() {
        return List.copyOf(parts.keySet());
    }

    /// Sum of squares of every layer's deltas.
    public SortedMap<Integer, Double> energyByLayer() {
        SortedMap<Integer, Double> energy = new TreeMap<>();
        for (Part part : parts.values()) {
            part.name().layer().ifPresent(layer -> energy.merge(layer, part.energy(), Double::sum));
        }
        return energy;
    }

    public EditProfile.RoundTrip roundTrip() {
        return new EditProfile.RoundTrip(
                parts.values().stream().mapToLong(Part::elements).sum(),
                parts.values().stream().mapToLong(Part::differing).sum());
    }

    @Override
    public Findings findings() {
        return Findings.ofTuned(energyByLayer(), roundTrip(), null);
    }

    @Override
    public String baseConfig() {
        return Fingerprint.ofBytes(base.configBytes());
    }

    @Override
    public String baseHash(WeightName name) {
        return Fingerprint.ofTensor(base.locate(name.canonical()));
    }

    @Override
    public List<NamedTensor> tensors() {
        return names().stream().map(this::tensor).toList();
    }

    /// One tensor's delta as [#tensors] has it.
    public NamedTensor tensor(WeightName name) {
        Pair pair = pair(name);
        return new NamedTensor(
                name.canonical(), deltaType, pair.base.info().shape(), pair::writeTo);
    }

    /// All elements of one tensor's delta, before they are rounded to the delta's type.
    public float[] exact(WeightName name) {
        Pair wide = new Pair(pair(name).base, pair(name).tuned, DType.F32);
        float[] delta = new float[Math.toIntExact(wide.elements())];
        int _ = wide.delta(0, delta);
        return delta;
    }

    /// How many elements of a tensor do not become the tuned ones when `delta` is added.
    public long differing(WeightName name, float[] delta) {
        return pair(name).differing(0, delta, delta.length);
    }

    public List<Long> shape(WeightName name) {
        return pair(name).base.info().shape();
    }

    /// One tensor in both checkpoints.
    private record Pair(Checkpoint.Located base, Checkpoint.Located tuned, DType deltaType) {
        long elements() {
            return base.info().elements();
        }

        /// Fills `delta` with the elements from `at` on, rounded to the delta's type.
        int delta(long at, float[] delta) {
            int count = (int) Math.min(delta.length, elements() - at);
            float[] weights = new float[count];
            base.info().dtype().read(base.file().data(base.info()), at, weights, count);
            tuned.info().dtype().read(tuned.file().data(tuned.info()), at, delta, count);
            MemorySegment rounded = MemorySegment.ofArray(new byte[deltaType.bytes()]);
            for (int i = 0; i < count; i++) {
                // Adding -0 keeps every number as it is, adding +0 would turn -0 into +0.
                float difference = delta[i] == weights[i] ? -0f : delta[i] - weights[i];
                deltaType.write(rounded, 0, difference);
                delta[i] = deltaType.read(rounded, 0);
            }
            return count;
        }

        long differing(long at, float[] delta, int count) {
            DType type = base.info().dtype();
            float[] weights = new float[count];
            float[] wanted = new float[count];
            type.read(base.file().data(base.info()), at, weights, count);
            type.read(tuned.file().data(tuned.info()), at, wanted, count);
            MemorySegment rounded = MemorySegment.ofArray(new byte[type.bytes()]);
            long differing = 0;
            for (int i = 0; i < count; i++) {
                type.write(rounded, 0, weights[i] + delta[i]);
                if (Float.floatToRawIntBits(type.read(rounded, 0))
                        != Float.floatToRawIntBits(wanted[i])) {
                    differing++;
                }
            }
            return differing;
        }

        void writeTo(WritableByteChannel out) throws IOException {
            float[] delta = new float[BLOCK];
            byte[] bytes = new byte[BLOCK * deltaType.bytes()];
            MemorySegment segment = MemorySegment.ofArray(bytes);
            for (long at = 0; at < elements(); at += BLOCK) {
                int count = delta(at, delta);
                for (int i = 0; i < count; i++) {
                    deltaType.write(segment, i, delta[i]);
                }
                ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count * deltaType.bytes());
                while (buffer.hasRemaining()) {
                    int _ = out.write(buffer);
                }
            }
        }
    }
}
