package dev.stethos.weights;

import java.util.List;

/// One tensor of a safetensors file. `begin` and `end` are byte offsets within the file, header
/// included. A scalar has the shape `[]` and one element; tensors without elements are refused.
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
    static final int MAX_RANK = 8;

    public TensorInfo {
        shape = List.copyOf(shape);
        if (name.isEmpty()) {
            throw new IllegalArgumentException("tensor name is empty");
        }
        long size = sizeOf(dtype, shape);
        if (begin < 0 || end - begin != size) {
            throw new IllegalArgumentException(
                    (end - begin) + " bytes, " + dtype + " of shape " + shape + " takes " + size);
        }
    }

    public long elements() {
        return bytes() / dtype.bytes();
    }

    public long bytes() {
        return end - begin;
    }

    /// Bytes that a tensor takes; a shape that no tensor can have is an [IllegalArgumentException].
    static long sizeOf(DType dtype, List<Long> shape) {
        if (shape.size() > MAX_RANK) {
            throw new IllegalArgumentException(
                    shape.size() + " dimensions, allowed at most " + MAX_RANK);
        }
        long size = dtype.bytes();
        for (long dimension : shape) {
            if (dimension < 1) {
                throw new IllegalArgumentException(
                        "shape " + shape + ", every dimension must be at least 1");
            }
            if (size > Long.MAX_VALUE / dimension) {
                throw new IllegalArgumentException("shape " + shape + " overflows 64 bits");
            }
            size *= dimension;
        }
        return size;
    }
}
