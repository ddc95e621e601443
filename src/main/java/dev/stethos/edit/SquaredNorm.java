package dev.stethos.edit;

import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import java.lang.foreign.MemorySegment;

/// Sum of squares of a tensor's elements, in double precision, read in blocks.
final class SquaredNorm {
    static final int BLOCK = 1 << 16;

    private SquaredNorm() {}

    /// The sum over `(element + shift)^2`; not finite when any element is not.
    static double of(SafetensorsFile file, TensorInfo info, double shift) {
        MemorySegment data = file.data(info);
        float[] block = new float[BLOCK];
        double sum = 0;
        for (long at = 0; at < info.elements(); at += BLOCK) {
            int count = (int) Math.min(BLOCK, info.elements() - at);
            info.dtype().read(data, at, block, count);
            sum += of(block, count, shift);
        }
        return sum;
    }

    /// In four sums, none of which has to wait for another.
    private static double of(float[] block, int count, double shift) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            a += squared(block[i] + shift);
            b += squared(block[i + 1] + shift);
            c += squared(block[i + 2] + shift);
            d += squared(block[i + 3] + shift);
        }
        for (; i < count; i++) {
            a += squared(block[i] + shift);
        }
        return a + b + (c + d);
    }

    private static double squared(double value) {
        return value * value;
    }
}
