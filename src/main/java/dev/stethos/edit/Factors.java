package dev.stethos.edit;

import dev.stethos.torch.Argument;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.DType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The two thin matrices of a low-rank delta, in rows: A `[rank, in]` and B `[out, rank]`. Their
/// product is computed as it is when the delta is applied.
@SuppressWarnings("ArrayRecordComponent")
public record Factors(float[] a, float[] b, int rank) {
    public Factors {
        if (rank < 1 || a.length % rank != 0 || b.length % rank != 0) {
            throw new IllegalArgumentException(
                    "rank %d of matrices with %d and %d elements"
                            .formatted(rank, a.length, b.length));
        }
    }

    /// The product's best approximation of that rank, by singular value decomposition; the singular
    /// values are shared evenly between the two.
    public static Factors truncated(float[] delta, long out, long in, int rank) {
        try (Tensor matrix = TorchRuntime.get().floats(delta, out, in)) {
            List<Tensor> pair =
                    EditedRevision.Program.EDIT.callForList("truncated", matrix, Argument.of(rank));
            try (Tensor a = pair.get(0);
                    Tensor b = pair.get(1)) {
                return new Factors(a.toFloats(), b.toFloats(), rank);
            }
        }
    }

    public static Factors of(LayerDelta.LowRank delta) {
        return new Factors(
                delta.file().floats(delta.a()),
                delta.file().floats(delta.b()),
                Math.toIntExact(delta.a().shape().getFirst()));
    }

    /// As it reads back when it was stored as `type`.
    public Factors rounded(DType type) {
        return new Factors(rounded(a, type), rounded(b, type), rank);
    }

    /// `B A`, `[out, in]` in rows.
    public float[] product() {
        try (Tensor left = TorchRuntime.get().floats(b, b.length / rank, rank);
                Tensor right = TorchRuntime.get().floats(a, rank, a.length / rank);
                Tensor product = EditedRevision.Program.EDIT.call("product", left, right)) {
            return product.toFloats();
        }
    }

    private static float[] rounded(float[] values, DType type) {
        MemorySegment one = MemorySegment.ofArray(new byte[type.bytes()]);
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            type.write(one, 0, values[i]);
            rounded[i] = type.read(one, 0);
        }
        return rounded;
    }
}
