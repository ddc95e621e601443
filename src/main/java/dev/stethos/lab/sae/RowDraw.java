package dev.stethos.lab.sae;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.TokenRows;
import java.util.SplittableRandom;

/// Batches of rows drawn at random. A batch depends on the seed and the step alone, so that equal
/// seeds give equal data and a stopped run goes on with what it would have had.
public record RowDraw(TokenRows rows, int batch, long seed) {
    public RowDraw {
        if (rows.rows() < 1) {
            throw new IllegalArgumentException("no rows to train on, allowed is one or more");
        }
    }

    public Activations batch(int step) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step);
        long[] numbers = new long[batch];
        for (int i = 0; i < batch; i++) {
            numbers[i] = random.nextLong(rows.rows());
        }
        return rows.gather(numbers);
    }
}
