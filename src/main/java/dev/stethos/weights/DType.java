package dev.stethos.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/// An element type, named as safetensors names it. Values are little-endian and need no alignment.
/// Reading widens to float exactly; writing rounds to nearest, ties to even.
public enum DType {
    BF16(2) {
        @Override
        public float read(MemorySegment data, long index) {
            return Float.intBitsToFloat(data.get(SHORT, index * 2) << 16);
        }

        @Override
        public void write(MemorySegment data, long index, float value) {
            data.set(SHORT, index * 2, bfloat16(value));
        }

        @Override
        public void read(MemorySegment data, long index, float[] target, int count) {
            short[] bits = shorts(data, index, count);
            for (int i = 0; i < count; i++) {
                target[i] = Float.intBitsToFloat(bits[i] << 16);
            }
        }
    },
    F16(2) {
        @Override
        public float read(MemorySegment data, long index) {
            return Float.float16ToFloat(data.get(SHORT, index * 2));
        }

        @Override
        public void write(MemorySegment data, long index, float value) {
            data.set(SHORT, index * 2, Float.floatToFloat16(value));
        }

        @Override
        public void read(MemorySegment data, long index, float[] target, int count) {
            short[] bits = shorts(data, index, count);
            for (int i = 0; i < count; i++) {
                target[i] = Float.float16ToFloat(bits[i]);
            }
        }
    },
    F32(4) {
        @Override
        public float read(MemorySegment data, long index) {
            return data.get(FLOAT, index * 4);
        }

        @Override
        public void write(MemorySegment data, long index, float value) {
            data.set(FLOAT, index * 4, value);
        }

        @Override
        public void read(MemorySegment data, long index, float[] target, int count) {
            MemorySegment.copy(data, FLOAT, index * 4, target, 0, count);
        }
    };

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /// The type of that safetensors name; any other name is an [IllegalArgumentException].
    public static DType named(String name) {
        for (DType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "dtype "
                        + InvalidWeightsException.shown(name)
                        + ", allowed "
                        + Arrays.toString(values()));
    }

    /// Size of one element.
    public int bytes() {
        return bytes;
    }

    /// Element `index` of `data`, widened.
    public abstract float read(MemorySegment data, long index);

    /// Stores `value`, rounded, as element `index` of `data`.
    public abstract void write(MemorySegment data, long index, float value);

    /// Elements `index` to `index + count` of `data`, widened, into the front of `target`.
    public abstract void read(MemorySegment data, long index, float[] target, int count);

    /// On the heap, where loops over them are compiled to many elements at once.
    private static short[] shorts(MemorySegment data, long index, int count) {
        short[] bits = new short[count];
        MemorySegment.copy(data, SHORT, index * 2, bits, 0, count);
        return bits;
    }

    private static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // Truncation could clear every payload bit and leave an infinity: keep it quiet.
            return (short) ((bits >>> 16) | 0x40);
        }
        int roundUp = 0x7FFF + ((bits >>> 16) & 1);
        return (short) ((bits + roundUp) >>> 16);
    }
}
