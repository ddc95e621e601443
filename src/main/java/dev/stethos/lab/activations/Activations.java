package dev.stethos.lab.activations;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.Arrays;

/// Rows of `width` numbers, one for each kept token, in one row-major array. Do not change it.
@SuppressWarnings("ArrayRecordComponent")
public record Activations(int width, float[] values) {
    public Activations {
        if (width < 1 || values.length % width != 0) {
            throw new IllegalArgumentException(
                    "%d numbers in rows of %d".formatted(values.length, width));
        }
    }

    static Activations of(Tensor tensor) {
        return new Activations(Math.toIntExact(tensor.shape()[1]), tensor.toFloats());
    }

    public int rows() {
        return values.length / width;
    }

    public float at(int row, int column) {
        return values[row * width + column];
    }

    /// A new tensor `[rows, width]`, which the caller owns.
    public Tensor toTensor() {
        return TorchRuntime.get().floats(values, rows(), width);
    }

    /// The rows from `begin` up to `end`.
    public Activations rows(int begin, int end) {
        return new Activations(width, Arrays.copyOfRange(values, begin * width, end * width));
    }
}
