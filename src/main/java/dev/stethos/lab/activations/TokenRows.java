package dev.stethos.lab.activations;

import java.util.List;

/// Activations of many tokens at one hookpoint, read row by row in any order. Safe from one thread.
public interface TokenRows {
    int width();

    long rows();

    /// Copies row `row` to `into` from element `at`.
    void read(long row, float[] into, int at);

    /// The rows of the given numbers, in that order.
    default Activations gather(long... numbers) {
        float[] values = new float[Math.multiplyExact(numbers.length, width())];
        for (int i = 0; i < numbers.length; i++) {
            read(numbers[i], values, i * width());
        }
        return new Activations(width(), values);
    }

    /// The rows from `begin` up to `end`.
    default Activations range(long begin, long end) {
        long[] numbers = new long[Math.toIntExact(end - begin)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = begin + i;
        }
        return gather(numbers);
    }

    /// Rows in memory, one part after the other; all have the same width.
    static TokenRows of(List<Activations> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("no activations, allowed is one part or more");
        }
        int width = parts.getFirst().width();
        int count = parts.stream().mapToInt(part -> part.values().length).sum();
        float[] all = new float[count];
        int end = 0;
        for (Activations part : parts) {
            if (part.width() != width) {
                throw new IllegalArgumentException(
                        "activations of width %d after others of %d"
                                .formatted(part.width(), width));
            }
            System.arraycopy(part.values(), 0, all, end, part.values().length);
            end += part.values().length;
        }
        return new MemoryRows(new Activations(width, all));
    }

    /// Rows of one array.
    record MemoryRows(Activations all) implements TokenRows {
        @Override
        public int width() {
            return all.width();
        }

        @Override
        public long rows() {
            return all.rows();
        }

        @Override
        public void read(long row, float[] into, int at) {
            int begin = Math.toIntExact(row * width());
            System.arraycopy(all.values(), begin, into, at, width());
        }
    }
}
