package dev.stethos.lab.sae;

import dev.stethos.lab.activations.Activations;
import dev.stethos.torch.Argument;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TensorList;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sparse autoencoder ready to run: encodes and decodes rows exactly as its format defines, in
/// F32. Owns its tensors and keeps nothing else of its numbers. Used by one thread at a time.
public final class Sae implements AutoCloseable {
    private static final int ROWS = 1_024;

    private static final int DECODER = 2;
    private static final int EXTRAS = 4;

    private final SaeSpec spec;
    private final TorchProgram program = TorchRuntime.get().load("lab/sae.torchscript");
    private final List<Tensor> tensors;
    private final List<Tensor> skipped;
    private final TensorList weights;
    private final TensorList skip;

    /// Numbers that do not have the spec's shapes are an [InvalidSaeException].
    public Sae(SaeSpec spec, SaeWeights values) {
        this(spec, tensors(spec, values), skip(spec, values));
    }

    /// Takes ownership of tensors of the spec's shapes: encoder, its bias, decoder, its bias, then
    /// what the rule needs; and of `[inputs, outputs]` beside them.
    Sae(SaeSpec spec, List<Tensor> tensors, @Nullable Tensor skipped) {
        this.spec = spec;
        this.tensors = List.copyOf(tensors);
        this.skipped = skipped == null ? List.of() : List.of(skipped);
        weights = TensorList.of(this.tensors);
        skip = TensorList.of(this.skipped);
    }

    private static List<Tensor> tensors(SaeSpec spec, SaeWeights values) {
        values.check(spec);
        TorchRuntime torch = TorchRuntime.get();
        int latents = spec.latents();
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(torch.floats(values.encoder(), spec.inputs(), latents));
        tensors.add(torch.floats(values.encoderBias(), latents));
        tensors.add(torch.floats(values.decoder(), latents, spec.outputs()));
        tensors.add(torch.floats(values.decoderBias(), spec.outputs()));
        values.extras().forEach(extra -> tensors.add(torch.floats(extra, latents)));
        return tensors;
    }

    private static @Nullable Tensor skip(SaeSpec spec, SaeWeights values) {
        float[] skipped = values.skip();
        return skipped == null
                ? null
                : TorchRuntime.get().floats(skipped, spec.inputs(), spec.outputs());
    }

    public SaeSpec spec() {
        return spec;
    }

    /// A copy of its numbers.
    public SaeWeights weights() {
        boolean jump = spec.rule() instanceof Rule.JumpRelu;
        boolean gated = spec.rule() instanceof Rule.Gated;
        return new SaeWeights(
                tensors.get(0).toFloats(),
                tensors.get(1).toFloats(),
                tensors.get(DECODER).toFloats(),
                tensors.get(3).toFloats(),
                jump ? tensors.get(EXTRAS).toFloats() : null,
                gated ? tensors.get(EXTRAS).toFloats() : null,
                gated ? tensors.get(EXTRAS + 1).toFloats() : null,
                skipped.isEmpty() ? null : skipped.getFirst().toFloats());
    }

    /// A latent's decoder row.
    public float[] direction(int latent) {
        long outputs = spec.outputs();
        try (Tensor row = tensors.get(DECODER).slice(latent * outputs, outputs)) {
            return row.toFloats();
        }
    }

    /// The latents of every row, most of them 0: `[rows, latents]`.
    public Activations encode(Activations rows) {
        return byChunk(rows, spec.latents(), this::encode);
    }

    /// What the latents of every row decode to: `[rows, outputs]`.
    public Activations reconstruct(Activations rows) {
        return byChunk(rows, spec.outputs(), this::reconstruct);
    }

    /// Latents and reconstruction of every row in one go; for rows that fit the memory.
    public Passed pass(Activations rows) {
        require(rows);
        try (Tensor x = rows.toTensor();
                Tensor z = encode(x);
                Tensor y = decode(z, x)) {
            return new Passed(
                    new Activations(spec.latents(), z.toFloats()),
                    new Activations(spec.outputs(), y.toFloats()));
        }
    }

    /// What [#pass] gives.
    public record Passed(Activations latents, Activations reconstruction) {}

    private Tensor encode(Tensor x) {
        return program.call(
                "encode",
                x,
                weights,
                Argument.of((long) spec.rule().code()),
                Argument.of((long) spec.rule().limit()),
                Argument.of(spec.rule().isRescaled()),
                Argument.of(spec.centred()),
                Argument.of((long) spec.normalization().code()));
    }

    private Tensor decode(Tensor z, Tensor x) {
        return program.call(
                "decode",
                z,
                x,
                weights,
                skip,
                Argument.of(spec.rule().isRescaled()),
                Argument.of((long) spec.normalization().code()));
    }

    private Tensor reconstruct(Tensor x) {
        try (Tensor z = encode(x)) {
            return decode(z, x);
        }
    }

    private Activations byChunk(Activations rows, int width, Pass pass) {
        require(rows);
        float[] all = new float[Math.multiplyExact(rows.rows(), width)];
        for (int begin = 0; begin < rows.rows(); begin += ROWS) {
            int end = Math.min(begin + ROWS, rows.rows());
            try (Tensor x = rows.rows(begin, end).toTensor();
                    Tensor y = pass.apply(x)) {
                System.arraycopy(y.toFloats(), 0, all, begin * width, (end - begin) * width);
            }
        }
        return new Activations(width, all);
    }

    private void require(Activations rows) {
        if (rows.width() != spec.inputs()) {
            throw new InvalidSaeException(
                    "activations of width %d, the SAE takes %d"
                            .formatted(rows.width(), spec.inputs()));
        }
    }

    private interface Pass {
        Tensor apply(Tensor x);
    }

    @Override
    public void close() {
        weights.close();
        skip.close();
        tensors.forEach(Tensor::close);
        skipped.forEach(Tensor::close);
        program.close();
    }
}
