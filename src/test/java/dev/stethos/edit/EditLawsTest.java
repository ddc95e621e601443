package dev.stethos.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.edit.making.TaskVector;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.gemma.Revision;
import dev.stethos.torch.Tensor;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.WeightName;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds for every edit: empty and scale 0 are the base, scale 1 with everything is the tuned
/// model, an edited revision owns its own tensors and nothing else changes.
final class EditLawsTest {
    private static final WeightSelection EVERYTHING =
            WeightSelection.of(SmallModel.LAYERS, SmallModel.ALL_MODULES);

    @TempDir private Path folder;
    private final EditResolver resolver = new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM);
    private long tensorsBefore;

    @BeforeEach
    void countTensors() {
        tensorsBefore = Tensor.liveCount();
    }

    @AfterEach
    void leavesNoTensorOpen() {
        assertThat(Tensor.liveCount()).isEqualTo(tensorsBefore);
    }

    private Checkpoint checkpoint(String name, DType type, Map<String, float[]> weights) {
        return Checkpoint.open(SmallModel.write(folder.resolve(name), type, weights));
    }

    private ProfileFolder profile(
            String name, Checkpoint base, Checkpoint tuned, WeightSelection selection, DType type) {
        return Profiles.write(
                folder.resolve("profiles"), name, TaskVector.between(base, tuned, selection, type));
    }

    @ParameterizedTest
    @EnumSource
    void everyTensorAtScaleOneIsTheTunedModel(DType type) {
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        try (Checkpoint base = checkpoint("base", type, weights);
                Checkpoint tuned = checkpoint("tuned", type, SmallModel.tuned(weights, 2))) {
            ProfileFolder profile = profile("all", base, tuned, EVERYTHING, DType.F32);
            assertThat(profile.profile().modules()).contains("embed_tokens", "norm");
            EditProfile.RoundTrip declared = roundTrip(profile);
            try (Revision plain = SmallModel.load(base);
                    Revision wanted = SmallModel.load(tuned);
                    ResolvedEdits edits = resolver.resolve(profile, base);
                    Revision edited = EditedRevision.of(plain, edits)) {
                long differing = 0;
                for (String name : wanted.names()) {
                    differing += differing(edited.tensor(name), wanted.tensor(name));
                }
                assertThat(edited.ownedNames()).isEqualTo(wanted.names());
                assertThat(differing).isEqualTo(declared.differing());
                assertThat(declared.elements()).isEqualTo(936);
                assertThat(differing).isLessThan(type == DType.F32 ? 300 : 3);
            }
        }
    }

    @Test
    void countsTheElementsThatAnInexactDifferenceCannotGiveBack() {
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        Map<String, float[]> changed = new TreeMap<>(weights);
        changed.put("model.norm.weight", new float[] {1e-30f, -0f, 0, 1, 2, 3, 4, 5});
        weights.put("model.norm.weight", new float[] {1, 1, -0f, 1, 2, 3, 4, 6});
        WeightSelection norm = WeightSelection.of(List.of(), Set.of("norm"));
        try (Checkpoint base = checkpoint("base", DType.F32, weights);
                Checkpoint tuned = checkpoint("tuned", DType.F32, changed)) {
            // 1e-30 - 1 is -1 in float and comes back as 0; -0 and +0 are equal but other bits.
            assertThat(TaskVector.between(base, tuned, norm, DType.F32).roundTrip())
                    .isEqualTo(new EditProfile.RoundTrip(8, 3));
        }
    }

    @Test
    void keepsTheSignOfZeroWhereNothingChanged() {
        Map<String, float[]> weights = SmallModel.weights(1, 0.5f);
        weights.put("model.norm.weight", new float[] {-0f, 0f, -0f, 0f, 1, 1, 1, 1});
        Map<String, float[]> changed = new TreeMap<>(weights);
        changed.put("model.norm.weight", new float[] {-0f, 0f, -0f, 0f, 1, 1, 1, 1.5f});
        WeightSelection norm = WeightSelection.of(List.of(), Set.of("norm"));
        try (Checkpoint base = checkpoint("base", DType.BF16, weights);
                Checkpoint tuned = checkpoint("tuned", DType.BF16, changed);
                Revision plain = SmallModel.load(base);
                Revision wanted = SmallModel.load(tuned);
                ResolvedEdits edits =
                        resolver.resolve(profile("z", base, tuned, norm, DType.BF16), base);
                Revision edited = EditedRevision.of(plain, edits)) {
            assertThat(
                            edited.tensor("model.norm.weight")
                                    .bitEquals(wanted.tensor("model.norm.weight")))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void appliesTheFormulaAtAnyScale(DType type) {
        Map<String, float[]> weights = SmallModel.weights(3, 0.5f);
        double scale = -0.7;
        try (Checkpoint base = checkpoint("base", type, weights);
                Checkpoint tuned = checkpoint("tuned", type, SmallModel.tuned(weights, 4))) {
            ProfileFolder profile = profile("p", base, tuned, EVERYTHING, DType.BF16);
            try (Revision plain = SmallModel.load(base);
                    SafetensorsFile deltas = profile.openDeltas();
                    ResolvedEdits edits = resolver.resolve(profile, base, scale);
                    Revision edited = EditedRevision.of(plain, edits)) {
                for (String name : plain.names()) {
                    float[] w = base.locate(name).floats();
                    float[] delta = deltas.floats(deltas.tensor(name));
                    MemorySegment rounded = MemorySegment.ofArray(new byte[type.bytes()]);
                    for (int i = 0; i < w.length; i++) {
                        type.write(rounded, 0, w[i] + (float) scale * delta[i]);
                        w[i] = type.read(rounded, 0);
                    }
                    assertThat(edited.tensor(name).toFloats()).isEqualTo(w);
                }
            }
        }
    }

    @Test
    void scaleZeroAndAnEmptyProfileAreTheBase() {
        Map<String, float[]> weights = SmallModel.weights(5, 0.5f);
        try (Checkpoint base = checkpoint("base", DType.BF16, weights);
                Checkpoint tuned = checkpoint("tuned", DType.BF16, SmallModel.tuned(weights, 6));
                Revision plain = SmallModel.load(base)) {
            ProfileFolder full = profile("full", base, tuned, EVERYTHING, DType.F32);
            ProfileFolder empty = Profiles.empty(folder.resolve("profiles"), "empty", base);
            try (ResolvedEdits off = resolver.resolve(full, base, 0);
                    ResolvedEdits none = resolver.resolve(empty, base);
                    Revision scaled = EditedRevision.of(plain, off);
                    Revision unedited = EditedRevision.of(plain, none)) {
                assertThat(off.isIdentity()).isTrue();
                assertThat(none.isIdentity()).isTrue();
                assertThat(empty.profile().isEmpty()).isTrue();
                for (Revision revision : List.of(scaled, unedited)) {
                    assertThat(revision.ownedNames()).isEmpty();
                    for (String name : plain.names()) {
                        assertThat(revision.tensor(name).bitEquals(plain.tensor(name))).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void editsOnlyTheSelectedTensorsAndFreesExactlyThose() {
        Map<String, float[]> weights = SmallModel.weights(7, 0.5f);
        WeightSelection selection = WeightSelection.of(List.of(1, 3), SmallModel.LAYER_MODULES);
        try (Checkpoint base = checkpoint("base", DType.BF16, weights);
                Checkpoint tuned = checkpoint("tuned", DType.BF16, SmallModel.tuned(weights, 8));
                Revision plain = SmallModel.load(base)) {
            ProfileFolder profile = profile("p", base, tuned, selection, DType.F32);
            assertThat(profile.profile().layers()).containsExactly(1, 3);
            assertThat(profile.profile().modules())
                    .containsExactly("input_layernorm", "mlp.up_proj", "self_attn.q_proj");
            long before = Tensor.liveCount();
            try (ResolvedEdits edits = resolver.resolve(profile, base);
                    Revision edited = EditedRevision.of(plain, edits)) {
                assertThat(Tensor.liveCount()).isEqualTo(before + 6);
                for (String name : plain.names()) {
                    boolean selected = selection.contains(new WeightName(name));
                    assertThat(edited.ownedNames().contains(name)).isEqualTo(selected);
                    assertThat(edited.tensor(name).bitEquals(plain.tensor(name)))
                            .isEqualTo(!selected);
                }
            }
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }

    @Test
    void goingFromOneProfileToAnotherAndBackLeavesTheBaseAsItWas() {
        Map<String, float[]> weights = SmallModel.weights(9, 0.5f);
        try (Checkpoint base = checkpoint("base", DType.BF16, weights);
                Checkpoint first = checkpoint("first", DType.BF16, SmallModel.tuned(weights, 10));
                Checkpoint second =
                        checkpoint("second", DType.BF16, SmallModel.tuned(weights, 11));
                Revision plain = SmallModel.load(base)) {
            Map<String, float[]> before = values(plain);
            String id = null;
            for (int round = 0; round < 3; round++) {
                for (Checkpoint tuned : List.of(first, second)) {
                    String name = tuned == first ? "first" : "second";
                    ProfileFolder profile = profile(name, base, tuned, EVERYTHING, DType.F32);
                    try (ResolvedEdits edits = resolver.resolve(profile, base);
                            Revision edited = EditedRevision.of(plain, edits)) {
                        assertThat(edited.id()).isNotEqualTo(plain.id()).isNotEqualTo(id);
                        id = edited.id();
                    }
                }
            }
            assertThat(values(plain)).usingRecursiveComparison().isEqualTo(before);
            assertThat(plain.id()).isEqualTo(Fingerprint.ofCheckpoint(base, null));
        }
    }

    @Test
    void theSameInputsGiveTheSameRevisionAndAnotherScaleAnother() {
        Map<String, float[]> weights = SmallModel.weights(12, 0.5f);
        try (Checkpoint base = checkpoint("base", DType.BF16, weights);
                Checkpoint tuned = checkpoint("tuned", DType.BF16, SmallModel.tuned(weights, 13));
                Revision plain = SmallModel.load(base)) {
            ProfileFolder profile = profile("p", base, tuned, EVERYTHING, DType.F32);
            try (ResolvedEdits one = resolver.resolve(profile, base);
                    ResolvedEdits same = resolver.resolve(profile, base);
                    ResolvedEdits half = resolver.resolve(profile, base, 0.5);
                    Revision a = EditedRevision.of(plain, one);
                    Revision b = EditedRevision.of(plain, same);
                    Revision c = EditedRevision.of(plain, half)) {
                assertThat(a.id()).isEqualTo(b.id()).isNotEqualTo(c.id()).matches("[0-9a-f]{64}");
                for (String name : plain.names()) {
                    assertThat(a.tensor(name).bitEquals(b.tensor(name))).isTrue();
                    assertThat(a.tensor(name).bitEquals(c.tensor(name))).isFalse();
                }
            }
        }
    }

    @Test
    void lowRankAtFullRankIsDenseWithinOneRounding() {
        Map<String, float[]> weights = SmallModel.weights(14, 0.5f);
        String name = "model.layers.2.mlp.up_proj.weight";
        float[] b = SmallModel.at(SmallModel.weights(15, 0.1f), name);
        float[] a =
                SmallModel.at(
                        SmallModel.weights(16, 0.3f), "model.layers.2.self_attn.q_proj.weight");
        float[] product = Profiles.multiply(b, a, 12, 8, 8);
        try (Checkpoint base = checkpoint("base", DType.BF16, weights);
                Revision plain = SmallModel.load(base)) {
            Path store = folder.resolve("profiles");
            ProfileFolder dense =
                    Profiles.of(
                            store, "dense", base, Profiles.dense(name, List.of(12L, 8L), product));
            ProfileFolder lowRank =
                    Profiles.of(store, "low-rank", base, Profiles.lowRank(name, a, b, 8));
            try (ResolvedEdits denseEdits = resolver.resolve(dense, base);
                    ResolvedEdits lowRankEdits = resolver.resolve(lowRank, base);
                    Revision wanted = EditedRevision.of(plain, denseEdits);
                    Revision given = EditedRevision.of(plain, lowRankEdits)) {
                assertThat(lowRankEdits.delta(new WeightName(name)).norm())
                        .isCloseTo(denseEdits.delta(new WeightName(name)).norm(), within(1e-5));
                float[] expected = wanted.tensor(name).toFloats();
                float[] actual = given.tensor(name).toFloats();
                for (int i = 0; i < expected.length; i++) {
                    // Neighbours in bfloat16 are 1 << 16 apart as float bits.
                    assertThat(
                                    Math.abs(
                                            Float.floatToIntBits(actual[i])
                                                    - Float.floatToIntBits(expected[i])))
                            .isLessThanOrEqualTo(1 << 16);
                }
                assertThat(given.tensor(name).bitEquals(plain.tensor(name))).isFalse();
            }
        }
    }

    @Test
    void leavesNothingBehindWhenAnEditedWeightOverflows() {
        Map<String, float[]> weights = SmallModel.weights(17, 30_000f);
        Map<String, float[]> delta = SmallModel.weights(18, 30_000f);
        String good = "model.layers.0.mlp.up_proj.weight";
        String bad = "model.layers.1.mlp.up_proj.weight";
        float[] small = SmallModel.at(delta, good);
        for (int i = 0; i < small.length; i++) {
            small[i] /= 1000;
        }
        clamp(weights, 60_000f);
        try (Checkpoint base = checkpoint("base", DType.F16, weights);
                Revision plain = SmallModel.load(base)) {
            ProfileFolder profile =
                    Profiles.of(
                            folder.resolve("profiles"),
                            "p",
                            base,
                            Profiles.dense(good, List.of(12L, 8L), small),
                            Profiles.dense(bad, List.of(12L, 8L), SmallModel.at(delta, bad)));
            long before = Tensor.liveCount();
            try (ResolvedEdits edits = resolver.resolve(profile, base)) {
                assertThatThrownBy(() -> EditedRevision.of(plain, edits))
                        .isInstanceOfSatisfying(
                                InvalidProfileException.class,
                                e ->
                                        assertThat(e.code())
                                                .isEqualTo(
                                                        InvalidProfileException.Code.UNSAFE_DELTA))
                        .hasMessage(
                                "profile p, tensor " + bad + ": an edited weight overflows F16");
            }
            assertThat(Tensor.liveCount()).isEqualTo(before);
        }
    }

    private static void clamp(Map<String, float[]> weights, float most) {
        for (float[] values : weights.values()) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.clamp(values[i], -most, most);
            }
        }
    }

    private static EditProfile.RoundTrip roundTrip(ProfileFolder profile) {
        EditProfile.Provenance provenance = Objects.requireNonNull(profile.profile().provenance());
        return Objects.requireNonNull(provenance.roundTrip());
    }

    private static Map<String, float[]> values(Revision revision) {
        Map<String, float[]> values = new TreeMap<>();
        revision.names().forEach(name -> values.put(name, revision.tensor(name).toFloats()));
        return values;
    }

    private static long differing(Tensor given, Tensor wanted) {
        assertThat(given.scalarType()).isEqualTo(wanted.scalarType());
        assertThat(given.shape()).isEqualTo(wanted.shape());
        float[] a = given.toFloats();
        float[] b = wanted.toFloats();
        long differing = 0;
        for (int i = 0; i < a.length; i++) {
            if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
                differing++;
            }
        }
        return differing;
    }
}
