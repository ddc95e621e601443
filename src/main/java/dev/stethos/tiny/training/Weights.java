package dev.stethos.tiny.training;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A model's F32 weights in the order of [Architecture#slots]. Owns its tensors, except those that
/// it shares with the weights it was derived from.
public final class Weights implements AutoCloseable {
    private static final double EMBEDDING_SIZE = 0.7;

    /// Norms multiply by 1 + w, so a new layer first adds little to the residual stream.
    private static final float POST_NORM = -0.7f;

    private final Architecture architecture;
    private final List<Tensor> tensors;
    private final List<Tensor> owned;

    private Weights(Architecture architecture, List<Tensor> tensors, List<Tensor> owned) {
        this.architecture = architecture;
        this.tensors = List.copyOf(tensors);
        this.owned = List.copyOf(owned);
    }

    static Weights owning(Architecture architecture, List<Tensor> tensors) {
        return new Weights(architecture, tensors, tensors);
    }

    /// These weights with some tensors replaced, by slot number; it owns the replacements only.
    Weights replacing(Map<Integer, Tensor> replacements) {
        List<Tensor> all = new ArrayList<>(tensors);
        replacements.forEach(all::set);
        return new Weights(architecture, all, List.copyOf(replacements.values()));
    }

    /// Random weights that the seed determines.
    public static Weights initial(Architecture architecture, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Tensor> tensors = new ArrayList<>();
        for (Architecture.Slot slot : architecture.slots()) {
            float[] values = new float[slot.elements()];
            if (slot.shape().length == 2) {
                long inputs = slot.shape()[1];
                double size = slot.name().contains("embed") ? EMBEDDING_SIZE : 1;
                double deviation = size / Math.sqrt(inputs);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (random.nextGaussian() * deviation);
                }
            } else if (slot.name().contains(".post_")) {
                Arrays.fill(values, POST_NORM);
            }
            tensors.add(TorchRuntime.get().floats(values, slot.shape()));
        }
        return owning(architecture, tensors);
    }

    /// Weights with the given values, in slot order.
    public static Weights of(Architecture architecture, List<float[]> values) {
        List<Tensor> tensors = new ArrayList<>();
        List<Architecture.Slot> slots = architecture.slots();
        for (int i = 0; i < slots.size(); i++) {
            tensors.add(TorchRuntime.get().floats(values.get(i), slots.get(i).shape()));
        }
        return owning(architecture, tensors);
    }

    public Architecture architecture() {
        return architecture;
    }

    public List<Tensor> tensors() {
        return tensors;
    }

    public List<float[]> values() {
        return tensors.stream().map(Tensor::toFloats).toList();
    }

    @Override
    public void close() {
        owned.forEach(Tensor::close);
    }
}
