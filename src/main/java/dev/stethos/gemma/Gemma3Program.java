package dev.stethos.gemma;

import dev.stethos.gemma.KvBounds.KvCost;
import dev.stethos.gemma.config.Gemma3Config;
import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/// The decoder as one TorchScript program, with everything that does not change between steps. It
/// computes what transformers' `Gemma3ForCausalLM` does in `type`, norms and the softmax in
/// float32.
final class Gemma3Program implements AutoCloseable {
    private static final String SOURCE = "gemma/decoder.torchscript";

    private final TorchRuntime torch = TorchRuntime.get();
    private final TorchProgram program = torch.load(SOURCE);
    private final Gemma3Config config;
    private final ScalarType type;
    private final Argument kinds;
    private final Argument fused;
    private final Argument heads;
    private final Argument kvHeads;
    private final Argument headDim;
    private final Argument head;
    private final Argument dtype;
    private final Argument emulated;
    private final Argument scale;
    private final Argument embedScale;

    Gemma3Program(Gemma3Config config, ProgramLayout layout, ScalarType type) {
        this.config = config;
        this.type = type;
        kinds = Argument.ofList(config.global().stream().mapToLong(g -> g ? 1 : 0).toArray());
        fused = Argument.of(layout.fused());
        heads = Argument.of((long) config.heads());
        kvHeads = Argument.of((long) config.kvHeads());
        headDim = Argument.of((long) config.headDim());
        head = Argument.of((long) layout.head());
        dtype = Argument.of((long) type.code());
        emulated = Argument.of(type == ScalarType.BF16 && ComputeType.emulatesBf16(torch.device()));
        scale = Argument.of(1 / Math.sqrt(config.queryPreAttentionScalar()));
        embedScale = Argument.of(rounded(Math.sqrt(config.hiddenSize())));
    }

    /// Gemma rounds the embedding's factor to the compute type before it multiplies.
    private double rounded(double value) {
        try (Tensor wide = torch.floats(new float[] {(float) value}, 1);
                Tensor narrow = wide.cast(type)) {
            return narrow.toFloats()[0];
        }
    }

    Tensor step(KvCache cache, WeightPacks.Pack weights, StepPlan plan) {
        try (Tensor tokens = longs(plan.tokens());
                Tensor positions = longs(plan.positions());
                Tensor rows = longs(plan.firstTokens());
                Tensor picked = longs(plan.picked());
                Tensor order = longs(plan.order())) {
            return program.call(
                    "step",
                    tokens,
                    positions,
                    weights.weights(),
                    cache.packed(),
                    cache.constants(),
                    Argument.ofList(weights.split()),
                    Argument.ofList(plan.bounds()),
                    rows,
                    Argument.of(plan.firstTokensLead()),
                    Argument.of(plan.longest()),
                    Argument.of(plan.ragged()),
                    Argument.ofList(plan.spans()),
                    picked,
                    Argument.ofList(plan.pickedBounds()),
                    order,
                    Argument.of(plan.pickedInOrder()),
                    kinds,
                    fused,
                    heads,
                    kvHeads,
                    headDim,
                    head,
                    dtype,
                    emulated,
                    scale,
                    embedScale);
        }
    }

    private Tensor longs(long[] values) {
        return torch.longs(values, values.length);
    }

    /// An empty cache; what lies beyond its architecture is an [IllegalArgumentException].
    KvCache newCache(int slots, int maxLength, long bytes) {
        if (slots < 1 || maxLength < 1 || maxLength > config.maxPositions()) {
            throw new IllegalArgumentException(
                    "cache of %d slots of %d tokens, allowed at least 1 and at most %d tokens"
                            .formatted(slots, maxLength, config.maxPositions()));
        }
        return new KvCache(this, new KvBounds(slots, maxLength, bytes, cacheCost()));
    }

    KvCost cacheCost() {
        int global = (int) config.global().stream().filter(g -> g).count();
        return new KvCost(
                2L * config.kvHeads() * config.headDim() * type.bytes(),
                global,
                config.layers() - global,
                config.slidingWindow(),
                2L * config.headDim() * ScalarType.F32.bytes());
    }

    /// New layers' tensors, all zeros.
    List<Tensor> cacheLayers(int slots, int maxLength) {
        List<Tensor> layers = new ArrayList<>();
        try {
            for (int layer = 0; layer < config.layers(); layer++) {
                layers.add(
                        torch.zeros(
                                type,
                                slots,
                                2L * config.kvHeads(),
                                capacity(layer, maxLength),
                                config.headDim()));
            }
            return layers;
        } catch (RuntimeException e) {
            layers.forEach(Tensor::close);
            throw e;
        }
    }

    private int capacity(int layer, int maxLength) {
        return config.global().get(layer) ? maxLength : Math.min(maxLength, config.slidingWindow());
    }

    /// A layer's tensor in another size, with what both have room for.
    Tensor resized(Tensor old, int layer, int slots, int maxLength) {
        return program.call(
                "resized",
                old,
                Argument.of((long) slots),
                Argument.of((long) capacity(layer, maxLength)));
    }

    /// New tables for positions below `maxLength`.
    List<Tensor> cacheConstants(int maxLength) {
        List<Tensor> constants = new ArrayList<>();
        constants.add(floor(config.hiddenSize()));
        constants.add(floor(config.headDim()));
        addRope(constants, maxLength, config.ropeLocalTheta(), 1);
        addRope(constants, maxLength, config.ropeTheta(), config.ropeFactor());
        return constants;
    }

    /// What keeps the norm of `size` zeros from dividing by zero.
    private Tensor floor(int size) {
        return torch.floats(new float[] {(float) Math.sqrt(size * config.rmsNormEpsilon())}, 1);
    }

    /// Adds cosines and sines `[positions, headDim / 2]` of position / (factor *
    /// theta^(2i/headDim)).
    private void addRope(List<Tensor> tables, int positions, double theta, double factor) {
        int half = config.headDim() / 2;
        float[] cos = new float[Math.multiplyExact(positions, half)];
        float[] sin = new float[cos.length];
        for (int i = 0; i < half; i++) {
            double frequency = Math.pow(theta, -2.0 * i / config.headDim()) / factor;
            for (int position = 0; position < positions; position++) {
                cos[position * half + i] = (float) Math.cos(position * frequency);
                sin[position * half + i] = (float) Math.sin(position * frequency);
            }
        }
        tables.add(torch.floats(cos, positions, half));
        tables.add(torch.floats(sin, positions, half));
    }

    /// The program's methods that make its weights' forms.
    TorchProgram source() {
        return program;
    }

    void move(KvCache cache, int from, int to, int length) {
        program.call(
                        "move",
                        cache.packed(),
                        Argument.of((long) from),
                        Argument.of((long) to),
                        Argument.of((long) length))
                .close();
    }

    Tensor save(KvCache cache, int slot, int start, int tokens) {
        return program.call(
                "save",
                cache.packed(),
                Argument.of((long) slot),
                Argument.of((long) start),
                Argument.of((long) tokens));
    }

    void restore(KvCache cache, List<Tensor> saved, int slot) {
        try (TensorList parts = TensorList.of(saved)) {
            program.call("restore", cache.packed(), parts, Argument.of((long) slot)).close();
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
