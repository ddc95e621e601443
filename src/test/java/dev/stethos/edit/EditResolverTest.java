package dev.stethos.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every way in which a profile can fail to fit a base, and what the refusal says.
final class EditResolverTest {
    private static final String UP = "model.layers.3.mlp.up_proj.weight";
    private static final List<Long> UP_SHAPE = List.of(12L, 8L);
    private static final int UP_SIZE = 96;

    @TempDir private Path folder;
    private Checkpoint base;
    private final EditResolver resolver = new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM);

    @BeforeEach
    void openBase() {
        base =
                Checkpoint.open(
                        SmallModel.write(
                                folder.resolve("base"), DType.BF16, SmallModel.weights(1, 0.5f)));
    }

    @AfterEach
    void closeBase() {
        base.close();
    }

    private ProfileFolder profile(List<NamedTensor> tensors) {
        return Profiles.of(folder.resolve("profiles"), "formal", base, tensors);
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private void refused(ProfileFolder profile, Code code, String message) {
        assertThatThrownBy(() -> resolver.resolve(profile, base).close())
                .isInstanceOfSatisfying(
                        InvalidProfileException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageStartingWith("profile formal, ")
                .hasMessageContaining(message)
                .hasMessageNotContaining(folder.toString());
    }

    @Test
    void resolvesWhatFits() {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        try (ResolvedEdits edits = resolver.resolve(profile, base)) {
            assertThat(edits.names()).hasToString("[" + UP + "]");
            assertThat(edits.isIdentity()).isFalse();
            assertThat(edits.scale()).isEqualTo(1);
        }
    }

    @Test
    void refusesUnknownTensors() {
        String unknown = "model.layers.9.mlp.up_proj.weight";
        refused(
                profile(Profiles.dense(unknown, UP_SHAPE, filled(UP_SIZE, 0.01f))),
                Code.INVALID_PROFILE,
                "tensor " + unknown + ": base has no such tensor");
    }

    @Test
    void refusesNamesWithACheckpointsPrefix() {
        NamedTensor foreign =
                NamedTensor.ofFloats(
                        "language_model." + UP, DType.F32, UP_SHAPE, filled(UP_SIZE, 0.01f));
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        replaceDeltas(profile, List.of(foreign));
        refused(
                reload(),
                Code.INVALID_PROFILE,
                "tensor language_model." + UP + ": not the canonical name");
    }

    @Test
    void refusesShapesThatDiffer() {
        refused(
                profile(Profiles.dense(UP, List.of(8L, 12L), filled(UP_SIZE, 0.01f))),
                Code.INVALID_PROFILE,
                "profile formal, tensor " + UP + ": shape [8, 12], base has [12, 8]");
        refused(
                profile(Profiles.dense(UP, List.of(96L), filled(UP_SIZE, 0.01f))),
                Code.INVALID_PROFILE,
                "shape [96], base has [12, 8]");
    }

    @Test
    void refusesF16Deltas() {
        refused(
                profile(
                        List.of(
                                NamedTensor.ofFloats(
                                        UP, DType.F16, UP_SHAPE, filled(UP_SIZE, 0.01f)))),
                Code.INVALID_PROFILE,
                "tensor " + UP + ": dtype F16, a delta is BF16 or F32");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesDeltasThatAreNotFinite(float value) {
        float[] dense = filled(UP_SIZE, 0.01f);
        dense[UP_SIZE - 1] = value;
        refused(
                profile(Profiles.dense(UP, UP_SHAPE, dense)),
                Code.INVALID_PROFILE,
                "tensor " + UP + ": the delta has NaN or infinite elements");
        float[] a = filled(8, 0.01f);
        a[7] = value;
        refused(
                profile(Profiles.lowRank(UP, a, filled(12, 0.01f), 1)),
                Code.INVALID_PROFILE,
                "tensor " + UP + ": the delta has NaN or infinite elements");
    }

    @Test
    void refusesDeltasThatAreAllZero() {
        String message = "tensor " + UP + ": every element of the delta is 0";
        refused(
                profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, -0f))),
                Code.INVALID_PROFILE,
                message);
        refused(
                profile(Profiles.lowRank(UP, filled(8, 0.01f), filled(12, 0), 1)),
                Code.INVALID_PROFILE,
                message);
    }

    @Test
    void refusesDeltasOfAbsurdSizeAtTheGivenScale() {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.9f)));
        resolver.resolve(profile, base).close();
        resolver.resolve(profile, base, -1).close();
        assertThatThrownBy(() -> resolver.resolve(profile, base, -3))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).hasToString("unsafe_delta"))
                .hasMessageMatching(
                        "profile formal, tensor .*: norm 8\\.818 at scale -3\\.0, allowed is 2\\.0 times the base's [0-9.]+");
        assertThatThrownBy(() -> new EditResolver(0.1).resolve(profile, base))
                .hasMessageContaining("allowed is 0.1 times");
    }

    @Test
    void measuresGainsAsTheDecoderUsesThem() {
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        String gain = "model.layers.0.input_layernorm.weight";
        weights.put(gain, filled(8, 0.001f));
        Path small = SmallModel.write(folder.resolve("gains"), DType.F32, weights);
        try (Checkpoint gains = Checkpoint.open(small)) {
            ProfileFolder profile =
                    Profiles.of(
                            folder.resolve("profiles"),
                            "gain",
                            gains,
                            Profiles.dense(gain, List.of(8L), filled(8, 0.5f)));
            resolver.resolve(profile, gains).close();
            assertThatThrownBy(() -> resolver.resolve(profile, gains, 10))
                    .hasMessageContaining("allowed is 2.0 times the base's 2.831");
        }
    }

    @Test
    void refusesOtherScalesThanFiniteOnes() {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        assertThatThrownBy(() -> resolver.resolve(profile, base, Double.NaN))
                .hasMessage("profile formal: scale NaN is not finite");
    }

    @Test
    void refusesAnotherBase() {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        SmallModel.at(weights, UP)[95] += 1;
        Path changed = SmallModel.write(folder.resolve("changed"), DType.BF16, weights);
        try (Checkpoint other = Checkpoint.open(changed)) {
            assertThatThrownBy(() -> resolver.resolve(profile, other))
                    .isInstanceOfSatisfying(
                            InvalidProfileException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.BASE_MISMATCH))
                    .hasMessageMatching(
                            "profile formal, tensor "
                                    + UP
                                    + ": the profile is for small with sha256 [0-9a-f]{64}, this base has [0-9a-f]{64}");
        }
    }

    @Test
    void doesNotMindOtherTensorsThanThoseItEdits() {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        SmallModel.at(weights, "model.norm.weight")[0] += 1;
        Path changed = SmallModel.write(folder.resolve("changed"), DType.BF16, weights);
        try (Checkpoint other = Checkpoint.open(changed)) {
            resolver.resolve(profile, other).close();
        }
    }

    @Test
    void refusesAnotherConfiguration() throws IOException {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        Files.writeString(folder.resolve("base/config.json"), "{}", StandardCharsets.UTF_8);
        refused(profile, Code.BASE_MISMATCH, "config.json: the profile is for small with sha256");
    }

    @Test
    void refusesDeltasWithAnotherHash() throws IOException {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        Path file = profile.path().resolve("deltas.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        refused(profile, Code.INVALID_PROFILE, "deltas.safetensors: sha256 ");
    }

    @Test
    void refusesDeltasThatAreNotSafetensors() throws IOException {
        ProfileFolder profile = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f)));
        Files.writeString(profile.path().resolve("deltas.safetensors"), "PK");
        refused(profile, Code.INVALID_PROFILE, "profile formal, deltas.safetensors: 2 bytes");
    }

    @Test
    void refusesManifestsThatNameOtherLayersThanTheDeltas() {
        EditProfile given = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f))).profile();
        refused(
                saved(given, List.of(2, 3), given.modules(), given.base()),
                Code.INVALID_PROFILE,
                "deltas for layers [3] and modules [mlp.up_proj], the manifest says [2, 3] and [mlp.up_proj]");
        refused(
                saved(given, given.layers(), List.of("mlp.down_proj"), given.base()),
                Code.INVALID_PROFILE,
                "the manifest says [3] and [mlp.down_proj]");
    }

    @Test
    void editsTheEmbeddingOnlyWhenAsked() {
        String embedding = "model.embed_tokens.weight";
        ProfileFolder asked =
                profile(Profiles.dense(embedding, List.of(32L, 8L), filled(256, 0.01f)));
        assertThat(asked.profile().modules()).containsExactly("embed_tokens");
        resolver.resolve(asked, base).close();
        EditProfile given = asked.profile();
        refused(
                saved(given, List.of(0), List.of("mlp.up_proj"), given.base()),
                Code.INVALID_PROFILE,
                "deltas for layers [] and modules [embed_tokens], the manifest says [0] and [mlp.up_proj]");
    }

    @Test
    void refusesMissingAndSuperfluousBaseHashes() {
        EditProfile given = profile(Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.01f))).profile();
        String hash = "a".repeat(64);
        Map<String, String> more = new TreeMap<>(given.base().tensors());
        more.put("model.norm.weight", hash);
        refused(
                saved(given, given.layers(), given.modules(), withHashes(given, more)),
                Code.INVALID_PROFILE,
                "tensor model.norm.weight: the manifest has its base hash, deltas.safetensors no delta");
        Map<String, String> other = Map.of(UP + "x", hash);
        refused(
                saved(given, given.layers(), given.modules(), withHashes(given, other)),
                Code.INVALID_PROFILE,
                "no delta");
    }

    @Test
    void refusesLowRankPairsThatDoNotFit() {
        List<NamedTensor> pair = Profiles.lowRank(UP, filled(16, 0.1f), filled(24, 0.1f), 2);
        refused(
                profile(List.of(pair.getFirst())),
                Code.INVALID_PROFILE,
                "tensor " + UP + ".lora_A: without its other half " + UP + ".lora_B");
        refused(
                profile(List.of(pair.getLast())),
                Code.INVALID_PROFILE,
                "tensor " + UP + ".lora_B: without its other half " + UP + ".lora_A");
        refused(
                profile(Profiles.lowRank(UP, filled(24, 0.1f), filled(16, 0.1f), 2)),
                Code.INVALID_PROFILE,
                "B [8, 2] times A [2, 12], base has [12, 8]");
        refused(
                profile(Profiles.lowRank(UP, filled(72, 0.1f), filled(108, 0.1f), 9)),
                Code.INVALID_PROFILE,
                "rank at most the smaller");
        refused(
                profile(
                        List.of(
                                pair.getFirst(),
                                pair.getLast(),
                                Profiles.dense(UP, UP_SHAPE, filled(UP_SIZE, 0.1f)).getFirst())),
                Code.INVALID_PROFILE,
                "a second delta for " + UP);
        String gain = "model.layers.3.input_layernorm.weight";
        refused(
                profile(Profiles.lowRank(gain, filled(8, 0.1f), filled(8, 0.1f), 1)),
                Code.INVALID_PROFILE,
                "low-rank, base has shape [8]");
    }

    private static EditProfile.Base withHashes(EditProfile given, Map<String, String> hashes) {
        EditProfile.Base from = given.base();
        return new EditProfile.Base(
                from.model(), from.fingerprint(), from.config(), new TreeMap<>(hashes));
    }

    private ProfileFolder saved(
            EditProfile given, List<Integer> layers, List<String> modules, EditProfile.Base of) {
        return Profiles.save(
                folder.resolve("profiles"),
                new EditProfile(
                        1,
                        given.name(),
                        given.description(),
                        of,
                        given.scale(),
                        layers,
                        modules,
                        given.files(),
                        null));
    }

    private static void replaceDeltas(ProfileFolder profile, List<NamedTensor> tensors) {
        Path file = profile.path().resolve("deltas.safetensors");
        SafetensorsWriter.write(file, Map.of(), tensors);
        EditProfile given = profile.profile();
        ProfileFolder _ =
                Profiles.save(
                        profile.path().resolveSibling(""),
                        new EditProfile(
                                1,
                                given.name(),
                                "",
                                given.base(),
                                1,
                                given.layers(),
                                given.modules(),
                                new TreeMap<>(
                                        Map.of("deltas.safetensors", Fingerprint.ofFile(file))),
                                null));
    }

    private ProfileFolder reload() {
        return new ProfileStore(folder.resolve("profiles")).load("formal");
    }
}
