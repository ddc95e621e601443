package dev.stethos.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of tensors packed once and passed to many calls. It keeps the tensors' memory alive but
/// owns none of their handles; closing it leaves them open.
public final class TensorList implements Argument, AutoCloseable {
    private final int size;
    private @Nullable IValue packed;

    private TensorList(IValue packed, int size) {
        this.packed = packed;
        this.size = size;
    }

    public static TensorList of(List<Tensor> tensors) {
        PtNDArray[] arrays = tensors.stream().map(Tensor::open).toArray(PtNDArray[]::new);
        return new TensorList(IValue.listFrom(arrays), arrays.length);
    }

    public int size() {
        return size;
    }

    @Override
    public IValue toNative() {
        IValue value = packed;
        if (value == null) {
            throw new TorchException("tensor list used after it was closed");
        }
        return value;
    }

    @Override
    public boolean perCall() {
        return false;
    }

    @Override
    public void close() {
        IValue value = packed;
        if (value != null) {
            packed = null;
            value.close();
        }
    }
}
