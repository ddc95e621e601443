package dev.stethos.edit.making;

import dev.stethos.edit.DeltaElements;

/// Finds the magnitude that a share of a tensor's elements reaches, exactly and without holding
/// them: the bits of a positive float sort as it does, so that two passes count first their upper
/// half, then the lower half of those that matter.
final class Magnitudes {
    private static final int BLOCK = 1 << 16;
    private static final int HALF = 1 << 16;

    private Magnitudes() {}

    /// The smallest magnitude among the `share` largest elements, at least one.
    static float threshold(DeltaElements elements, double share) {
        long wanted = Math.max(1, Math.round(share * elements.count()));
        long[] upper = new long[HALF];
        count(elements, upper, -1);
        int bucket = HALF - 1;
        while (upper[bucket] < wanted) {
            wanted -= upper[bucket];
            bucket--;
        }
        long[] lower = new long[HALF];
        count(elements, lower, bucket);
        int rest = HALF - 1;
        while (lower[rest] < wanted) {
            wanted -= lower[rest];
            rest--;
        }
        return Float.intBitsToFloat(bucket << 16 | rest);
    }

    /// Counts upper halves, or the lower halves of elements whose upper half is `bucket`.
    private static void count(DeltaElements elements, long[] counts, int bucket) {
        float[] block = new float[BLOCK];
        for (long at = 0; at < elements.count(); at += BLOCK) {
            int count = elements.read(at, block);
            for (int i = 0; i < count; i++) {
                int bits = Float.floatToIntBits(Math.abs(block[i]));
                if (bucket < 0) {
                    counts[bits >>> 16]++;
                } else if (bits >>> 16 == bucket) {
                    counts[bits & 0xFFFF]++;
                }
            }
        }
    }
}
