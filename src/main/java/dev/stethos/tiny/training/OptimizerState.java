package dev.stethos.tiny.training;

import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// AdamW's moments and step counters for the trained weights. Owns its tensors.
record OptimizerState(List<Tensor> first, List<Tensor> second, List<Tensor> steps)
        implements AutoCloseable {

    /// A fresh state for the first `trained` weights of an architecture.
    static OptimizerState fresh(Architecture architecture, int trained) {
        List<float[]> zeros = new ArrayList<>();
        for (Architecture.Slot slot : architecture.slots().subList(0, trained)) {
            zeros.add(new float[slot.elements()]);
        }
        List<float[]> steps = Collections.nCopies(trained, new float[1]);
        return of(architecture, zeros, zeros, steps);
    }

    static OptimizerState of(
            Architecture architecture,
            List<float[]> first,
            List<float[]> second,
            List<float[]> counters) {
        List<Tensor> m = new ArrayList<>();
        List<Tensor> v = new ArrayList<>();
        List<Tensor> steps = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            long[] shape = architecture.slots().get(i).shape();
            m.add(TorchRuntime.get().floats(first.get(i), shape));
            v.add(TorchRuntime.get().floats(second.get(i), shape));
            steps.add(TorchRuntime.get().floats(counters.get(i)));
        }
        return new OptimizerState(m, v, steps);
    }

    /// The state of some weights; it stays owned by this one.
    OptimizerState of(long[] which) {
        return new OptimizerState(pick(first, which), pick(second, which), pick(steps, which));
    }

    private static List<Tensor> pick(List<Tensor> tensors, long[] which) {
        return Arrays.stream(which).mapToObj(i -> tensors.get((int) i)).toList();
    }

    @Override
    public void close() {
        first.forEach(Tensor::close);
        second.forEach(Tensor::close);
        steps.forEach(Tensor::close);
    }
}
