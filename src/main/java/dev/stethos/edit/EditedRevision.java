package dev.stethos.edit;

import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.gemma.Revision;
import dev.stethos.torch.Argument;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchProgram;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// A base revision with resolved edits applied: `W' = round(float32(W) + scale * float32(delta))`
/// for every edited tensor, rounded to W's own type. The result owns the edited tensors and shares
/// all others; the base is never written to. Its id covers the base's id, the deltas' hash and the
/// scale.
public final class EditedRevision {
    /// Elements added at once: few enough to stay in the processors' caches.
    private static final long BLOCK = 1 << 21;

    private static final long PIECE = 1 << 18;

    private EditedRevision() {}

    /// Builds the revision that the caller owns. When it fails, or when the deltas' file was
    /// changed meanwhile, nothing it made stays behind.
    public static Revision of(Revision base, ResolvedEdits edits) {
        Map<String, Tensor> replacements = new LinkedHashMap<>();
        try {
            if (!edits.isIdentity()) {
                for (WeightName name : edits.names()) {
                    replacements.put(name.canonical(), edit(base, edits, name));
                }
                edits.requireUnchanged();
            }
            return base.derive(id(base, edits), replacements);
        } catch (InternalError e) {
            // The mapped file became shorter.
            replacements.values().forEach(Tensor::close);
            throw OpenDeltas.changed(edits.profile());
        } catch (RuntimeException | Error e) {
            replacements.values().forEach(Tensor::close);
            throw e;
        }
    }

    /// Memory of the tensors that the revision would own.
    public static long bytes(Revision base, ResolvedEdits edits) {
        return edits.isIdentity()
                ? 0
                : edits.names().stream()
                        .mapToLong(name -> base.tensor(name.canonical()).bytes())
                        .sum();
    }

    /// The id that the revision would have.
    public static String id(Revision base, ResolvedEdits edits) {
        String content =
                "edit\n%s\n%s\n%s\n"
                        .formatted(base.id(), edits.profile().files(), edits.scale() + 0.0);
        return Fingerprint.ofBytes(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Tensor edit(Revision base, ResolvedEdits edits, WeightName name) {
        Tensor weight = base.tensor(name.canonical());
        List<Long> shape = Arrays.stream(weight.shape()).boxed().toList();
        if (!shape.equals(edits.delta(name).shape())) {
            throw new IllegalArgumentException(
                    "revision %s, tensor %s: shape %s, edits were resolved for %s"
                            .formatted(base.id(), name, shape, edits.delta(name).shape()));
        }
        Tensor edited = TorchRuntime.get().empty(weight.scalarType(), weight.shape());
        try {
            switch (edits.delta(name)) {
                case LayerDelta.Dense dense -> addDense(edited, weight, dense, edits.scale());
                case LayerDelta.LowRank lowRank ->
                        addLowRank(edited, weight, lowRank, edits.scale());
            }
            // What the norms prove is not read again.
            if (!edits.staysWithin(name, safe(weight.scalarType())) && !isFinite(edited)) {
                throw edits.profile()
                        .refused(
                                Code.UNSAFE_DELTA,
                                "tensor " + name,
                                "an edited weight overflows " + weight.scalarType());
            }
            return edited;
        } catch (RuntimeException | Error e) {
            edited.close();
            throw e;
        }
    }

    /// Half of the largest number, so that no rounding on the way to a sum matters.
    private static double safe(ScalarType type) {
        return type == ScalarType.F16 ? 32_752 : Float.MAX_VALUE / 2;
    }

    private static boolean isFinite(Tensor edited) {
        try (Tensor finite = Program.EDIT.call("finite", edited)) {
            return finite.toLongs()[0] == 1;
        }
    }

    private static void addDense(
            Tensor edited, Tensor weight, LayerDelta.Dense dense, double scale) {
        TensorInfo info = dense.delta();
        MemorySegment data = dense.file().data(info);
        ScalarType type = ScalarType.valueOf(info.dtype().name());
        long block = Math.min(BLOCK, info.elements());
        boolean same = scale == 1 && type == weight.scalarType();
        try (Tensor delta = TorchRuntime.get().emptyOnHost(type, block);
                Tensor wide = TorchRuntime.get().empty(ScalarType.F32, same ? 0 : 2 * block)) {
            MemorySegment staged = delta.memory();
            for (long at = 0; at < info.elements(); at += block) {
                long count = Math.min(block, info.elements() - at);
                copy(data.asSlice(at * type.bytes(), count * type.bytes()), staged);
                if (same) {
                    addSame(edited, weight, delta, at, count);
                } else {
                    add(edited, weight, delta, at, count, scale, wide);
                }
            }
        }
    }

    /// On several threads. In Java, because a file that shrinks meanwhile would end the process in
    /// native code.
    private static void copy(MemorySegment from, MemorySegment to) {
        long pieces = (from.byteSize() + PIECE - 1) / PIECE;
        LongStream.range(0, pieces)
                .parallel()
                .forEach(piece -> {
                    long at = piece * PIECE;
                    long bytes = Math.min(PIECE, from.byteSize() - at);
                    MemorySegment.copy(from, at, to, at, bytes);
                });
    }

    private static void addLowRank(
            Tensor edited, Tensor weight, LayerDelta.LowRank lowRank, double scale) {
        try (Tensor b = load(lowRank.file(), lowRank.b());
                Tensor a = load(lowRank.file(), lowRank.a());
                Tensor product = Program.EDIT.call("product", b, a);
                Tensor delta = product.slice(0, product.elements());
                Tensor wide = TorchRuntime.get().empty(ScalarType.F32, 2 * delta.elements())) {
            add(edited, weight, delta, 0, delta.elements(), scale, wide);
        }
    }

    private static void addSame(Tensor edited, Tensor weight, Tensor delta, long at, long count) {
        Program.EDIT
                .call("add_same", edited, weight, delta, Argument.of(at), Argument.of(count))
                .close();
    }

    private static void add(
            Tensor edited,
            Tensor weight,
            Tensor delta,
            long at,
            long count,
            double scale,
            Tensor wide) {
        Program.EDIT
                .call(
                        "add",
                        edited,
                        weight,
                        delta,
                        Argument.of(at),
                        Argument.of(count),
                        Argument.of(scale),
                        wide)
                .close();
    }

    private static Tensor load(SafetensorsFile file, TensorInfo info) {
        long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
        return TorchRuntime.get().floats(file.floats(info), shape);
    }

    /// Loaded when the first edit is applied; resolving needs no engine.
    static final class Program {
        static final TorchProgram EDIT = TorchRuntime.get().load("edit/edit.torchscript");
    }
}
