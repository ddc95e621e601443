package dev.stethos.gemma;

import java.util.stream.Stream;

/// How large a cache may become: in slots, in tokens of each, and in bytes of all together, the
/// tables by position included. A cache of `slots` and `length` takes as much in every slot as its
/// longest sequence needs.
record KvBounds(int slots, int length, long bytes, KvCost cost) {
    private static final int SHORTEST = 64;

    /// Slots and tokens of each.
    record Shape(int slots, int length) {}

    /// Bytes of one position of one sequence in a layer, the layers of each kind, the window and
    /// the bytes of a position in the tables. Two single numbers come on top.
    record KvCost(
            long perToken, int globalLayers, int slidingLayers, int window, long perPosition) {
        long bytes(int slots, int length) {
            long tokens =
                    (long) globalLayers * length + (long) slidingLayers * Math.min(length, window);
            return slots * tokens * perToken + length * perPosition + 2L * Float.BYTES;
        }
    }

    /// A shape for `count` slots of `now` tokens: one with room to grow where the bytes allow it,
    /// so that few steps copy the cache; otherwise exactly `count` slots of `longest` tokens.
    Shape grown(Shape held, int count, int now, int longest) {
        if (count > slots || now > longest || longest > length) {
            throw new IllegalArgumentException(
                    "cache for %d sequences of %d and at most %d tokens, allowed are %d of %d"
                            .formatted(count, now, longest, slots, length));
        }
        Shape roomy =
                new Shape(
                        Math.max(held.slots(), Math.min(slots, nextPower(count))),
                        Math.max(
                                held.length(),
                                Math.min(length, nextPower(Math.max(now, SHORTEST)))));
        Shape exact = new Shape(count, longest);
        return Stream.of(roomy, exact)
                .filter(shape -> cost.bytes(shape.slots(), shape.length()) <= bytes)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "cache for %d sequences of %d tokens: %d bytes, allowed are %d"
                                        .formatted(
                                                count,
                                                longest,
                                                cost.bytes(count, longest),
                                                bytes)));
    }

    /// The smallest power of two that is not less, or the largest there is.
    private static int nextPower(int value) {
        int power = Integer.highestOneBit(value);
        return power == value || power == 1 << 30 ? power : power << 1;
    }
}
