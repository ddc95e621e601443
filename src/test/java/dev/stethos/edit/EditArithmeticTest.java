package dev.stethos.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.gemma.Revision;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.CheckpointWriter;
import dev.stethos.weights.DType;
import dev.stethos.weights.NamedTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every finite BF16 weight, with deltas that make it round up, down and to even: applied, it has
/// the bits that one addition in float and one rounding give, however the addition is done.
final class EditArithmeticTest {
    private static final String NAME = "model.layers.0.mlp.up_proj.weight";
    private static final int WEIGHTS = 1 << 16;

    /// More than one block of what is added at once, and no multiple of it.
    private static final int ROWS = 41;

    private static final ValueLayout.OfShort BITS =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"BF16, 1", "BF16, -0.7", "F32, 1", "F32, 0.3"})
    void everyWeightIsAddedInFloatAndRoundedOnce(DType deltaType, double scale) {
        float[] weights = weights();
        float[] deltas = deltas(weights);
        MemorySegment rounded = MemorySegment.ofArray(new byte[4]);
        for (int i = 0; i < deltas.length; i++) {
            deltaType.write(rounded, 0, deltas[i]);
            deltas[i] = deltaType.read(rounded, 0);
        }
        try (Checkpoint base = checkpoint(weights);
                Revision plain = mapped(base)) {
            List<Long> shape = List.of((long) ROWS, (long) WEIGHTS);
            ProfileFolder profile =
                    Profiles.of(
                            folder.resolve("profiles"),
                            "p",
                            base,
                            List.of(NamedTensor.ofFloats(NAME, deltaType, shape, deltas)));
            try (ResolvedEdits edits = resolver().resolve(profile, base, scale);
                    Revision edited = EditedRevision.of(plain, edits)) {
                float[] actual = edited.tensor(NAME).toFloats();
                long differing = 0;
                for (int i = 0; i < actual.length; i++) {
                    DType.BF16.write(rounded, 0, weights[i] + deltas[i] * (float) scale);
                    int wanted = Float.floatToRawIntBits(DType.BF16.read(rounded, 0));
                    differing += Float.floatToRawIntBits(actual[i]) == wanted ? 0 : 1;
                }
                assertThat(differing).isZero();
            }
        }
    }

    /// The base's largest number and a delta far below the limit on norms, in one tensor.
    @Test
    void anOverflowIsFoundWhereNormsDoNotRuleItOut() {
        float[] weights = new float[8];
        weights[3] = 3.38e38f;
        float[] deltas = new float[8];
        deltas[3] = 0.06e38f;
        List<Long> shape = List.of(1L, 8L);
        try (Checkpoint base = checkpoint(shape, DType.BF16, weights);
                Revision plain = mapped(base)) {
            ProfileFolder profile =
                    Profiles.of(
                            folder.resolve("profiles"),
                            "p",
                            base,
                            List.of(NamedTensor.ofFloats(NAME, DType.BF16, shape, deltas)));
            long before = Tensor.liveCount();
            try (ResolvedEdits edits = resolver().resolve(profile, base)) {
                assertThatThrownBy(() -> EditedRevision.of(plain, edits).close())
                        .isInstanceOfSatisfying(
                                InvalidProfileException.class,
                                refused -> assertThat(refused.code()).isEqualTo(Code.UNSAFE_DELTA))
                        .hasMessageContaining("overflows BF16");
            }
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }

    private static EditResolver resolver() {
        return new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM);
    }

    /// All of them in every row but infinities, not-a-numbers and what is close to the largest.
    private static float[] weights() {
        float[] weights = new float[ROWS * WEIGHTS];
        for (int i = 0; i < weights.length; i++) {
            float weight = Float.intBitsToFloat((i % WEIGHTS) << 16);
            weights[i] = Math.abs(weight) < 1e38f ? weight : 1;
        }
        return weights;
    }

    /// One row after the other changes the weights by another part of their last place.
    private static float[] deltas(float[] weights) {
        float[] deltas = new float[weights.length];
        for (int i = 0; i < deltas.length; i++) {
            float part = (i / WEIGHTS - ROWS / 2) / 16f;
            deltas[i] = weights[i] / 128 * part;
        }
        return deltas;
    }

    private Checkpoint checkpoint(float[] weights) {
        MemorySegment bits = MemorySegment.ofArray(new byte[2 * weights.length]);
        for (int i = 0; i < weights.length; i++) {
            bits.set(BITS, 2L * i, (short) (Float.floatToRawIntBits(weights[i]) >>> 16));
        }
        return checkpoint(
                NamedTensor.of(NAME, DType.BF16, List.of((long) ROWS, (long) WEIGHTS), bits));
    }

    private Checkpoint checkpoint(List<Long> shape, DType type, float[] weights) {
        return checkpoint(NamedTensor.ofFloats(NAME, type, shape, weights));
    }

    private Checkpoint checkpoint(NamedTensor tensor) {
        Path base = folder.resolve("base");
        CheckpointWriter.write(
                base,
                Map.of("config.json", "{}".getBytes(StandardCharsets.UTF_8)),
                List.of(List.of(tensor)));
        return Checkpoint.open(base);
    }

    /// As served: a view of the mapped file.
    private static Revision mapped(Checkpoint base) {
        Checkpoint.Located located = base.locate(NAME);
        long[] shape = located.info().shape().stream().mapToLong(Long::longValue).toArray();
        long end = located.info().end() / 2;
        try (Tensor file = TorchRuntime.get().map(located.file().path(), ScalarType.BF16, end)) {
            return Revision.base(
                    "base", Map.of(NAME, file.slice(located.info().begin() / 2, shape)));
        }
    }
}
