package dev.stethos.lab.sae;

import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An SAE's safetensors file, read tensor by tensor with the shapes that its configuration gives.
record SaeTensors(SafetensorsFile file) implements AutoCloseable {
    static SaeTensors open(Path path) {
        return new SaeTensors(SafetensorsFile.open(path));
    }

    boolean has(String name) {
        return file.contains(name);
    }

    float[] read(String name, long... shape) {
        TensorInfo info = file.tensor(name);
        List<Long> wanted = Arrays.stream(shape).boxed().toList();
        if (!info.shape().equals(wanted)) {
            throw new InvalidSaeException(
                    "%s, tensor %s: shape %s, the configuration gives %s"
                            .formatted(file.name(), name, info.shape(), wanted));
        }
        return file.floats(info);
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
