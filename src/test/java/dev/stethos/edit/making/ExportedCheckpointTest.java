package dev.stethos.edit.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.EditedRevision;
import dev.stethos.edit.Profiles;
import dev.stethos.edit.ResolvedEdits;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.gemma.Revision;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ExportedCheckpointTest {
    private static final String DENSE = "model.layers.2.self_attn.q_proj.weight";
    private static final String PAIR = "model.layers.0.mlp.up_proj.weight";
    private static final double SCALE = 0.3;

    @TempDir private Path folder;
    private final EditResolver resolver = new EditResolver(1000);
    private final Map<String, float[]> weights = SmallModel.weights(1, 0.5f);

    private Checkpoint base(DType type) throws IOException {
        Path base = SmallModel.write(folder.resolve("base"), type, weights);
        Files.writeString(base.resolve("tokenizer.json"), "{}");
        Files.writeString(base.resolve("pytorch_model.bin"), "pickle");
        return Checkpoint.open(base);
    }

    private ProfileFolder profile(Checkpoint base) {
        return Profiles.of(
                folder.resolve("profiles"),
                "p",
                base,
                Profiles.dense(DENSE, List.of(8L, 8L), random(64, 2)),
                Profiles.lowRank(PAIR, random(3 * 8, 3), random(12 * 3, 4), 3));
    }

    private static float[] random(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void reloadedAsABaseItIsTheEditedRevisionBitForBit(DType type) throws IOException {
        Path output = folder.resolve("exported");
        try (Checkpoint base = base(type);
                Revision plain = SmallModel.load(base);
                ResolvedEdits edits = resolver.resolve(profile(base), base, SCALE);
                Revision edited = EditedRevision.of(plain, edits)) {
            ExportedCheckpoint.write(base, edits, output, Progress.NONE);
            try (Checkpoint exported = Checkpoint.open(output);
                    Revision reloaded = SmallModel.load(exported)) {
                assertThat(reloaded.names()).isEqualTo(edited.names());
                for (String name : reloaded.names()) {
                    assertThat(reloaded.tensor(name).bitEquals(edited.tensor(name)))
                            .as(name)
                            .isTrue();
                }
                assertThat(reloaded.tensor(PAIR).bitEquals(plain.tensor(PAIR))).isFalse();
            }
        }
    }

    @Test
    void keepsNamesShardsAndSmallFilesButNoPickle() throws IOException {
        Path output = folder.resolve("exported");
        try (Checkpoint base = base(DType.BF16);
                ResolvedEdits edits = resolver.resolve(profile(base), base, 0)) {
            ExportedCheckpoint.write(base, edits, output, Progress.NONE);
            for (String file :
                    List.of(
                            "config.json",
                            "tokenizer.json",
                            "model.safetensors.index.json",
                            "model-00001-of-00002.safetensors",
                            "model-00002-of-00002.safetensors")) {
                assertThat(output.resolve(file))
                        .hasSameBinaryContentAs(base.folder().resolve(file));
            }
            try (Stream<Path> files = Files.list(output)) {
                assertThat(files).hasSize(5);
            }
            try (Checkpoint exported = Checkpoint.open(output)) {
                assertThat(Fingerprint.ofCheckpoint(exported, null))
                        .isEqualTo(Fingerprint.ofCheckpoint(base, null));
            }
        }
    }

    @Test
    void refusesAFolderInUseAndLeavesNothingWhenItFails() throws IOException {
        try (Checkpoint base = base(DType.F16)) {
            ProfileFolder large =
                    Profiles.of(
                            folder.resolve("profiles"),
                            "large",
                            base,
                            Profiles.dense(
                                    "model.norm.weight", List.of(8L), 70000, 0, 0, 0, 0, 0, 0, 0));
            try (ResolvedEdits edits = new EditResolver(1e9).resolve(large, base)) {
                assertThatThrownBy(() ->
                                ExportedCheckpoint.write(base, edits, base.folder(), Progress.NONE))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("is not empty, allowed is a new folder");
                Path output = folder.resolve("out").resolve("exported");
                assertThatThrownBy(
                                () -> ExportedCheckpoint.write(base, edits, output, Progress.NONE))
                        .hasMessageContaining(
                                "tensor model.norm.weight: an edited weight overflows F16");
                assertThat(Files.list(folder.resolve("out"))).isEmpty();
            }
        }
    }
}
