package dev.stethos.lab.projection;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A linear subspace by an orthonormal basis, one vector a row. Singular values up to 1e-6 of the
/// largest do not count, so that its rank may be lower than the number of directions that span it.
@SuppressWarnings("ArrayRecordComponent")
record Subspace(float[] basis, int rank, int width) {
    private static final double SMALLEST = 1e-6;

    Subspace {
        if (rank < 1 || rank > width || basis.length != rank * width) {
            throw new IllegalArgumentException(
                    "subspace of rank %d and width %d with %d elements"
                            .formatted(rank, width, basis.length));
        }
    }

    /// What the rows span; rows that are all zero are an [IllegalArgumentException].
    static Subspace spanned(float[][] rows) {
        int width = rows[0].length;
        try (Tensor matrix = TorchRuntime.get().floats(flat(rows), rows.length, width)) {
            List<Tensor> decomposed = Projector.program().callForList("basis", matrix);
            try (Tensor vectors = decomposed.get(0);
                    Tensor values = decomposed.get(1)) {
                float[] singular = values.toFloats();
                int rank = 0;
                while (rank < singular.length && singular[rank] > SMALLEST * singular[0]) {
                    rank++;
                }
                if (rank == 0) {
                    throw new IllegalArgumentException(
                            "directions: %d were given, all of length 0".formatted(rows.length));
                }
                return new Subspace(Arrays.copyOf(vectors.toFloats(), rank * width), rank, width);
            }
        }
    }

    /// Independent Gaussian rows, a function of the seed alone: their span has a direction drawn
    /// evenly from all.
    static float[][] random(int rank, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] rows = new float[rank][width];
        for (float[] row : rows) {
            for (int i = 0; i < width; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }

    static float[] flat(float[][] rows) {
        int width = rows[0].length;
        float[] flat = new float[Math.multiplyExact(rows.length, width)];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, flat, row * width, width);
        }
        return flat;
    }
}
