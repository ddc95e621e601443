package dev.stethos.lab.sae;

import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.DType;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An SAE's safetensors file, read tensor by tensor with the shapes that its configuration gives.
record SaeTensors(SafetensorsFile file) implements AutoCloseable {
    private static final int BLOCK = 1 << 16;

    static SaeTensors open(Path path) {
        return new SaeTensors(SafetensorsFile.open(path));
    }

    boolean has(String name) {
        return file.contains(name);
    }

    float[] read(String name, long... shape) {
        return file.floats(checked(name, shape));
    }

    /// A new tensor, which the caller owns: on the CPU a view of the mapped file where it is stored
    /// as F32, otherwise a copy.
    Tensor tensor(String name, long... shape) {
        TensorInfo info = checked(name, shape);
        TorchRuntime torch = TorchRuntime.get();
        long size = DType.F32.bytes();
        if (info.dtype() != DType.F32 || info.begin() % size != 0) {
            return torch.floats(file.floats(info), shape);
        }
        long end = file.tensors().getLast().end();
        try (Tensor mapped = torch.map(file.path(), ScalarType.F32, end / size)) {
            return torch.onDevice(mapped.slice(info.begin() / size, shape));
        }
    }

    /// Refuses a tensor with elements that are not finite.
    void requireFinite(String name) {
        TensorInfo info = file.tensor(name);
        MemorySegment data = file.data(info);
        float[] block = new float[BLOCK];
        for (long at = 0; at < info.elements(); at += BLOCK) {
            int count = (int) Math.min(BLOCK, info.elements() - at);
            info.dtype().read(data, at, block, count);
            for (int i = 0; i < count; i++) {
                if (!Float.isFinite(block[i])) {
                    throw new InvalidSaeException(
                            "%s, tensor %s: %s, allowed are finite numbers"
                                    .formatted(file.name(), name, block[i]));
                }
            }
        }
    }

    private TensorInfo checked(String name, long... shape) {
        TensorInfo info = file.tensor(name);
        List<Long> wanted = Arrays.stream(shape).boxed().toList();
        if (!info.shape().equals(wanted)) {
            throw new InvalidSaeException(
                    "%s, tensor %s: shape %s, the configuration gives %s"
                            .formatted(file.name(), name, info.shape(), wanted));
        }
        return info;
    }

    /// The tensor, or null when the file has none of that name.
    float @Nullable [] optional(String name, long... shape) {
        return has(name) ? read(name, shape) : null;
    }

    @Override
    public void close() {
        file.close();
    }

    /// Rows made columns: `[rows, columns]` to `[columns, rows]`.
    static float[] transposed(float[] values, int rows, int columns) {
        float[] turned = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = values[row * columns + column];
            }
        }
        return turned;
    }
}
