package dev.stethos.inference.sampling;

import java.util.Arrays;

/// The k largest of many numbered values without sorting them all. Equal values rank by lower token
/// id; values that are not finite are passed over. Reused from call to call by one thread.
final class TopTokens {
    private static final int SMALLEST_BUFFER = 128;

    /// Each key orders first by value, then by falling id; ascending.
    private long[] keys = new long[SMALLEST_BUFFER];

    private int size;

    /// Selects the `k` largest of `values[offset .. offset + count)`; ids count from `offset`.
    void select(float[] values, int offset, int count, int k) {
        int kept = Math.min(k, count);
        int capacity = Math.min(count, Math.max(SMALLEST_BUFFER, 2 * kept));
        if (keys.length < capacity) {
            keys = new long[capacity];
        }
        size = 0;
        float bar = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < count; id++) {
            float value = values[offset + id];
            if (value > bar && value <= Float.MAX_VALUE) {
                if (size == capacity) {
                    bar = shrink(kept);
                    if (value <= bar) {
                        continue;
                    }
                }
                keys[size++] = key(value, id);
            }
        }
        shrink(kept);
    }

    /// How many were found; fewer than asked for when too few values are finite.
    int size() {
        return size;
    }

    /// Token id at `rank`, 0 being the largest.
    int id(int rank) {
        return (int) ~keys[size - 1 - rank];
    }

    float value(int rank) {
        int sortable = (int) (keys[size - 1 - rank] >> Integer.SIZE);
        return Float.intBitsToFloat(flip(sortable));
    }

    /// Sorts, keeps the largest `kept` keys and returns the smallest value among them.
    private float shrink(int kept) {
        Arrays.sort(keys, 0, size);
        int excess = size - kept;
        if (excess > 0) {
            System.arraycopy(keys, excess, keys, 0, kept);
            size = kept;
        }
        return size == 0 ? Float.NEGATIVE_INFINITY : value(size - 1);
    }

    private static long key(float value, int id) {
        int sortable = flip(Float.floatToRawIntBits(value + 0.0f));
        return ((long) sortable << Integer.SIZE) | (~id & 0xffff_ffffL);
    }

    /// Maps the bits of floats to integers in the same order, and back.
    private static int flip(int bits) {
        return bits ^ ((bits >> (Integer.SIZE - 1)) & Integer.MAX_VALUE);
    }
}
