package dev.stethos.edit;

import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.TensorInfo;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/// One tensor of a base with its edit applied, as bytes for a checkpoint: the same arithmetic as
/// [EditedRevision], in blocks and without the engine unless the delta is low-rank.
public final class EditedTensor {
    private static final int BLOCK = 1 << 16;

    private final ResolvedEdits edits;
    private final WeightName name;
    private final Checkpoint.Located base;

    private EditedTensor(ResolvedEdits edits, WeightName name, Checkpoint.Located base) {
        this.edits = edits;
        this.name = name;
        this.base = base;
    }

    /// The tensor under the name, in the type and of the shape that the base's file gives it.
    public static NamedTensor of(ResolvedEdits edits, WeightName name, Checkpoint.Located base) {
        TensorInfo info = base.info();
        return new NamedTensor(
                info.name(),
                info.dtype(),
                info.shape(),
                new EditedTensor(edits, name, base)::writeTo);
    }

    private void writeTo(WritableByteChannel out) throws IOException {
        DeltaElements delta = DeltaElements.of(edits.delta(name));
        DType type = base.info().dtype();
        MemorySegment weights = base.file().data(base.info());
        float scale = (float) edits.scale();
        float[] before = new float[BLOCK];
        float[] added = new float[BLOCK];
        byte[] bytes = new byte[BLOCK * type.bytes()];
        MemorySegment edited = MemorySegment.ofArray(bytes);
        for (long at = 0; at < delta.count(); at += BLOCK) {
            int count = delta.read(at, added);
            type.read(weights, at, before, count);
            for (int i = 0; i < count; i++) {
                type.write(edited, i, before[i] + added[i] * scale);
                if (!Float.isFinite(type.read(edited, i))) {
                    throw edits.profile()
                            .refused(
                                    Code.UNSAFE_DELTA,
                                    "tensor " + name,
                                    "an edited weight overflows " + type);
                }
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count * type.bytes());
            while (buffer.hasRemaining()) {
                int _ = out.write(buffer);
            }
        }
    }
}
