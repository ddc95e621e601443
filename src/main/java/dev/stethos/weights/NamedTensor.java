package dev.stethos.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.LongConsumer;

/// A tensor to be written: its name, type and shape, and a source that can write its bytes when its
/// turn comes.
public record NamedTensor(String name, DType dtype, List<Long> shape, Source source) {
    private static final long CHUNK = 1 << 20;

    public NamedTensor {
        shape = List.copyOf(shape);
        if (name.isEmpty() || name.equals("__metadata__")) {
            throw new IllegalArgumentException("a tensor cannot have the name '" + name + "'");
        }
        long _ = TensorInfo.sizeOf(dtype, shape);
    }

    /// Writes exactly the tensor's bytes, little-endian, in row-major order.
    @FunctionalInterface
    public interface Source {
        void writeTo(WritableByteChannel out) throws IOException;
    }

    /// A tensor whose bytes lie in `data`.
    public static NamedTensor of(String name, DType dtype, List<Long> shape, MemorySegment data) {
        return new NamedTensor(name, dtype, shape, out -> write(data, out));
    }

    /// A tensor of `values` rounded to `dtype`; their number must be the shape's.
    public static NamedTensor ofFloats(
            String name, DType dtype, List<Long> shape, float... values) {
        MemorySegment data = MemorySegment.ofArray(new byte[values.length * dtype.bytes()]);
        for (int i = 0; i < values.length; i++) {
            dtype.write(data, i, values[i]);
        }
        return of(name, dtype, shape, data);
    }

    /// The same tensor; `written` hears its size once it is written.
    public NamedTensor watched(LongConsumer written) {
        return new NamedTensor(
                name,
                dtype,
                shape,
                out -> {
                    source.writeTo(out);
                    written.accept(bytes());
                });
    }

    public long bytes() {
        return TensorInfo.sizeOf(dtype, shape);
    }

    private static void write(MemorySegment data, WritableByteChannel out) throws IOException {
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
            MemorySegment chunk = data.asSlice(at, Math.min(CHUNK, data.byteSize() - at));
            ByteBuffer buffer = chunk.asByteBuffer();
            while (buffer.hasRemaining()) {
                int _ = out.write(buffer);
            }
        }
    }
}
