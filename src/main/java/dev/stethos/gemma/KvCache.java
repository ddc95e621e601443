package dev.stethos.gemma;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import java.util.List;

/// Keys and values of up to `slots` sequences on the device: per layer one tensor `[slots, 2 *
/// kvHeads, capacity, headDim]`, every slot's keys before its values. A global layer's capacity is
/// the longest sequence; a sliding layer keeps a ring of one window. Slots are numbered from 0; a
/// slot's content is meaningful only up to the length its user knows. Used by the device thread
/// only.
public final class KvCache implements AutoCloseable {
    private final Gemma3Program program;
    private final int slots;
    private final int maxLength;
    private final List<Tensor> tensors;
    private final List<Tensor> constants;
    private final TensorList packed;
    private final TensorList packedConstants;

    /// Takes ownership of all tensors.
    KvCache(
            Gemma3Program program,
            int slots,
            int maxLength,
            List<Tensor> tensors,
            List<Tensor> constants) {
        this.program = program;
        this.slots = slots;
        this.maxLength = maxLength;
        this.tensors = List.copyOf(tensors);
        this.constants = List.copyOf(constants);
        packed = TensorList.of(tensors);
        packedConstants = TensorList.of(constants);
    }

    public int slots() {
        return slots;
    }

    /// Longest sequence a slot can hold, in tokens.
    public int maxLength() {
        return maxLength;
    }

    /// Copies the first `length` tokens of one slot over another.
    public void move(int from, int to, int length) {
        if (from < 0 || from >= slots || to < 0 || to >= slots) {
            throw new IllegalArgumentException(
                    "move from slot %d to %d, allowed 0 to %d".formatted(from, to, slots - 1));
        }
        if (length < 0 || length > maxLength) {
            throw new IllegalArgumentException(
                    "move of " + length + " tokens, allowed 0 to " + maxLength);
        }
        program.move(this, from, to, length);
    }

    public long bytes() {
        return tensors.stream().mapToLong(Tensor::bytes).sum();
    }

    /// Layer 0, layer 1, and so on.
    TensorList packed() {
        return packed;
    }

    /// The norms' floors by hidden size and by headDim, then cosines and sines by position for
    /// sliding layers, then for global ones.
    TensorList constants() {
        return packedConstants;
    }

    @Override
    public void close() {
        packed.close();
        packedConstants.close();
        tensors.forEach(Tensor::close);
        constants.forEach(Tensor::close);
    }
}
