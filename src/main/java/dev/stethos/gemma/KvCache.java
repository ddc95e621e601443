package dev.stethos.gemma;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keys and values of several sequences on the device: per layer one tensor `[slots, 2 * kvHeads,
/// capacity, headDim]`, every slot's keys before its values. A global layer's capacity is the
/// longest sequence; a sliding layer keeps a ring of one window. Slots are numbered from 0; a
/// slot's content is meaningful only up to the length its user knows. Grows by [#reserve] within
/// its bounds. Used by the device thread only.
public final class KvCache implements AutoCloseable {
    private final Gemma3Program program;
    private final KvBounds bounds;
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Tensor> constants = new ArrayList<>();
    private int slots;
    private int maxLength;
    private @Nullable TensorList packed;
    private @Nullable TensorList packedConstants;

    /// Holds nothing yet.
    KvCache(Gemma3Program program, KvBounds bounds) {
        this.program = program;
        this.bounds = bounds;
    }

    /// How many sequences it has room for now.
    public int slots() {
        return slots;
    }

    /// Longest sequence a slot has room for now, in tokens.
    public int maxLength() {
        return maxLength;
    }

    /// Makes room for sequences of `length` tokens in the first `count` slots, none of which will
    /// ever be longer than `longest` while there are so many. Their content stays; that of further
    /// slots and positions may go where the bound in bytes leaves no room for it. More than the
    /// bounds is an [IllegalArgumentException]. When there is no memory, the cache is empty.
    public void reserve(int count, int length, int longest) {
        if (count <= slots && length <= maxLength) {
            return;
        }
        KvBounds.Shape shape =
                bounds.grown(new KvBounds.Shape(slots, maxLength), count, length, longest);
        try {
            resize(shape);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void resize(KvBounds.Shape shape) {
        closePacked();
        if (shape.length() != maxLength || constants.isEmpty()) {
            constants.forEach(Tensor::close);
            constants.clear();
            constants.addAll(program.cacheConstants(shape.length()));
        }
        if (tensors.isEmpty()) {
            tensors.addAll(program.cacheLayers(shape.slots(), shape.length()));
        } else {
            for (int layer = 0; layer < tensors.size(); layer++) {
                Tensor old = tensors.get(layer);
                tensors.set(layer, program.resized(old, layer, shape.slots(), shape.length()));
                old.close();
            }
        }
        slots = shape.slots();
        maxLength = shape.length();
        packed = TensorList.of(tensors);
        packedConstants = TensorList.of(constants);
    }

    /// Copies the first `length` tokens of one slot over another.
    public void move(int from, int to, int length) {
        requireSlot("move from", from);
        requireSlot("move to", to);
        requireLength("move", length);
        program.move(this, from, to, length);
    }

    /// A copy of a slot's entries for `tokens` positions from `start` on, `[layers, 2 * kvHeads,
    /// tokens, headDim]`; the caller owns it. It is right in the layers that still have these
    /// positions: all global ones, and sliding ones as far as one window back.
    public Tensor save(int slot, int start, int tokens) {
        requireSlot("save from", slot);
        requireLength("save", Math.addExact(start, tokens));
        return program.save(this, slot, start, tokens);
    }

    /// Puts saved entries, which follow one another from position 0, into a slot. Sliding layers
    /// take the last window of them.
    public void restore(int slot, List<Tensor> saved) {
        requireSlot("restore to", slot);
        requireLength("restore", (int) saved.stream().mapToLong(part -> part.shape()[2]).sum());
        program.restore(this, saved, slot);
    }

    private void requireSlot(String what, int slot) {
        if (slot < 0 || slot >= slots) {
            throw new IllegalArgumentException(
                    "%s slot %d, allowed 0 to %d".formatted(what, slot, slots - 1));
        }
    }

    private void requireLength(String what, int length) {
        if (length < 0 || length > maxLength) {
            throw new IllegalArgumentException(
                    "%s of %d tokens, allowed 0 to %d".formatted(what, length, maxLength));
        }
    }

    /// What it takes now.
    public long bytes() {
        return Stream.concat(tensors.stream(), constants.stream()).mapToLong(Tensor::bytes).sum();
    }

    /// Layer 0, layer 1, and so on.
    TensorList packed() {
        return present(packed);
    }

    /// The norms' floors by hidden size and by headDim, then cosines and sines by position for
    /// sliding layers, then for global ones.
    TensorList constants() {
        return present(packedConstants);
    }

    private static TensorList present(@Nullable TensorList list) {
        if (list == null) {
            throw new IllegalStateException("the cache has room for nothing");
        }
        return list;
    }

    private void closePacked() {
        if (packed != null) {
            packed.close();
        }
        if (packedConstants != null) {
            packedConstants.close();
        }
        packed = null;
        packedConstants = null;
    }

    @Override
    public void close() {
        closePacked();
        tensors.forEach(Tensor::close);
        tensors.clear();
        constants.forEach(Tensor::close);
        constants.clear();
        slots = 0;
        maxLength = 0;
    }
}
