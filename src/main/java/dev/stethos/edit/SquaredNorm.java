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
            for (int i = 0; i < count; i++) {
                double value = block[i] + shift;
                sum += value * value;
            }
        }
        return sum;
    }
}
