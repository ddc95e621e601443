package dev.stethos.edit;

import dev.stethos.weights.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// Every element of a delta, read in blocks. Those of a low-rank delta are multiplied out at once
/// and held, those of a dense one stay in the file.
public final class DeltaElements {
    private static final ValueLayout.OfFloat LITTLE_ENDIAN =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment data;
    private final DType type;
    private final long elements;

    private DeltaElements(MemorySegment data, DType type, List<Long> shape) {
        this.data = data;
        this.type = type;
        this.elements = shape.stream().reduce(1L, Math::multiplyExact);
    }

    public static DeltaElements of(LayerDelta delta) {
        return switch (delta) {
            case LayerDelta.Dense dense ->
                    new DeltaElements(
                            dense.file().data(dense.delta()), dense.delta().dtype(), delta.shape());
            case LayerDelta.LowRank lowRank ->
                    new DeltaElements(
                            product(Factors.of(lowRank).product()), DType.F32, delta.shape());
        };
    }

    private static MemorySegment product(float[] values) {
        MemorySegment data = MemorySegment.ofArray(new float[values.length]);
        for (int i = 0; i < values.length; i++) {
            data.setAtIndex(LITTLE_ENDIAN, i, values[i]);
        }
        return data;
    }

    public long count() {
        return elements;
    }

    /// Fills `target` with the elements from `at` on and returns how many there were.
    public int read(long at, float[] target) {
        int count = (int) Math.min(target.length, elements - at);
        type.read(data, at, target, count);
        return count;
    }
}
