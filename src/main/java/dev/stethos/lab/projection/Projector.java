package dev.stethos.lab.projection;

import dev.stethos.torch.Argument;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.List;

/// Projects one matrix onto a subspace of its rows (a writer) or columns (a reader) and measures
/// what is kept.
final class Projector {
    private Projector() {}

    /// Sums of squares: of the matrix, of its projection, of its projection on a random subspace
    /// and of its best approximation, both of the same rank.
    record Energies(double whole, double kept, double random, double best) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Result(float[] projected, Energies energies) {}

    /// `delta` is `[out, in]` in rows; `twin` is the random subspace.
    static Result project(
            float[] delta, long out, long in, boolean writes, Subspace subspace, Subspace twin) {
        long width = writes ? out : in;
        if (width != subspace.width() || twin.rank() != subspace.rank()) {
            throw new IllegalArgumentException(
                    "matrix [%d, %d] with directions of width %d, allowed is %d"
                            .formatted(out, in, subspace.width(), width));
        }
        TorchRuntime torch = TorchRuntime.get();
        try (Tensor matrix = torch.floats(delta, out, in);
                Tensor chosen = torch.floats(subspace.basis(), subspace.rank(), width);
                Tensor random = torch.floats(twin.basis(), twin.rank(), width)) {
            List<Tensor> results =
                    program().callForList("project", matrix, chosen, random, Argument.of(writes));
            try (Tensor projected = results.get(0);
                    Tensor energies = results.get(1)) {
                float[] sums = energies.toFloats();
                return new Result(
                        projected.toFloats(), new Energies(sums[0], sums[1], sums[2], sums[3]));
            }
        }
    }

    static TorchProgram program() {
        return Program.PROJECTION;
    }

    /// Loaded when the first matrix is projected.
    private static final class Program {
        static final TorchProgram PROJECTION =
                TorchRuntime.get().load("lab/projection.torchscript");
    }
}
