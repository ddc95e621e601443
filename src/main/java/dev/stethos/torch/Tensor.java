package dev.stethos.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// A handle to a libtorch tensor with exactly one owner, who closes it. Views made by [#slice] keep
/// the memory below them alive on their own. Reading values copies them to the Java heap; every
/// element type, BF16 included, reads as float. Use after close throws.
public final class Tensor implements Argument, AutoCloseable {
    private static final AtomicLong LIVE = new AtomicLong();

    private final TorchRuntime runtime;
    private final PtNDArray array;
    private boolean closed;

    Tensor(TorchRuntime runtime, PtNDArray array) {
        this.runtime = runtime;
        this.array = array;
        LIVE.incrementAndGet();
    }

    /// How many handles are open in this process; a leak test compares it before and after.
    public static long liveCount() {
        return LIVE.get();
    }

    public long[] shape() {
        return open().getShape().getShape().clone();
    }

    public long elements() {
        return open().getShape().size();
    }

    public ScalarType scalarType() {
        DataType type = open().getDataType();
        return switch (type) {
            case FLOAT32 -> ScalarType.F32;
            case FLOAT16 -> ScalarType.F16;
            case INT64 -> ScalarType.I64;
            case BOOLEAN -> ScalarType.BOOL;
            // DJL has no name for the tensors that TorchScript makes in bfloat16.
            case UNKNOWN, BFLOAT16 -> ScalarType.BF16;
            default ->
                    throw new TorchException("tensor of type " + type + " is not one Stethos uses");
        };
    }

    /// Size of its elements, whether or not they are shared with other tensors.
    public long bytes() {
        return elements() * scalarType().bytes();
    }

    /// All elements in row-major order, widened to float.
    public float[] toFloats() {
        if (scalarType() == ScalarType.F32) {
            return open().toFloatArray();
        }
        try (Tensor wide = cast(ScalarType.F32)) {
            return wide.open().toFloatArray();
        }
    }

    /// The elements where they lie, little-endian and in row-major order: what is written there is
    /// the tensor's. For a tensor that [TorchRuntime#emptyOnHost] made, of less than 2 GiB; it must
    /// not be touched once the tensor is closed.
    public MemorySegment memory() {
        return MemorySegment.ofBuffer(open().toByteBuffer(true));
    }

    /// All elements of an I64 tensor in row-major order.
    public long[] toLongs() {
        return open().toLongArray();
    }

    /// A view of `shape` that starts `offset` elements into this tensor, seen as one row.
    public Tensor slice(long offset, long... shape) {
        return runtime.tensors().call("slice", this, Argument.of(offset), Argument.ofList(shape));
    }

    /// A new tensor of another element type; also a copy when the type is the same.
    public Tensor cast(ScalarType type) {
        return runtime.tensors().call("cast", this, Argument.of(type.code()));
    }

    /// True when shape, type and every bit agree.
    public boolean bitEquals(Tensor other) {
        if (scalarType() != other.scalarType() || !Arrays.equals(shape(), other.shape())) {
            return false;
        }
        try (Tensor equal = runtime.tensors().call("bits_equal", this, other)) {
            return equal.toLongs()[0] == 1;
        }
    }

    /// Marks this tensor as one that [TorchProgram#callWithGradients] differentiates by.
    public void requireGradient() {
        open().setRequiresGradient(true);
    }

    @Override
    public IValue toNative() {
        return IValue.from(open());
    }

    @Override
    public boolean perCall() {
        return true;
    }

    PtNDArray open() {
        if (closed) {
            throw new TorchException("tensor used after it was closed");
        }
        return array;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            array.close();
            LIVE.decrementAndGet();
        }
    }
}
