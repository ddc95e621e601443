package dev.stethos.edit.making;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.edit.DeltaElements;
import dev.stethos.edit.ProfileContents;
import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import dev.stethos.weights.WeightName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MergedProfilesTest {
    private static final String NORM = "model.norm.weight";
    private static final String UP = "model.layers.1.mlp.up_proj.weight";

    @TempDir private Path folder;
    private Checkpoint base;

    @BeforeEach
    void open() {
        base =
                Checkpoint.open(
                        SmallModel.write(
                                folder.resolve("base"), DType.BF16, SmallModel.weights(1, 0.5f)));
    }

    @AfterEach
    void close() {
        base.close();
    }

    private Path store() {
        return folder.resolve("profiles");
    }

    private ProfileFolder norm(String name, double scale, float... values) {
        ProfileFolder written =
                Profiles.of(store(), name, base, Profiles.dense(NORM, List.of(8L), values));
        EditProfile p = written.profile();
        return Profiles.save(
                store(),
                new EditProfile(
                        1, name, "", p.base(), scale, p.layers(), p.modules(), p.files(), null));
    }

    private float[] merged(MergeMethod method, List<Double> weights, ProfileFolder... folders) {
        return merged("merged", NORM, method, weights, folders);
    }

    private float[] merged(
            String name,
            String tensor,
            MergeMethod method,
            List<Double> weights,
            ProfileFolder... folders) {
        List<ProfileContents> parts = Arrays.stream(folders).map(ProfileContents::open).toList();
        try {
            ProfileFolder written =
                    new ProfileWriter(store())
                            .write(
                                    Profiles.draft(name),
                                    new MergedProfiles(parts, weights, method));
            try (ProfileContents contents = ProfileContents.open(written)) {
                DeltaElements elements =
                        DeltaElements.of(
                                Objects.requireNonNull(
                                        contents.deltas().get(new WeightName(tensor))));
                float[] values = new float[(int) elements.count()];
                assertThat(elements.read(0, values)).isEqualTo(values.length);
                for (int i = 0; i < values.length; i++) {
                    assertThat(values[i] == 0 && 1 / values[i] > 0).as("+0 is written").isFalse();
                    values[i] += 0f;
                }
                return values;
            }
        } finally {
            parts.forEach(ProfileContents::close);
        }
    }

    @Test
    void sumAddsAtScalesAndWeights() {
        ProfileFolder a = norm("a", 2, 1, 0, 0, 0, 0, 0, 0, 4);
        ProfileFolder b = norm("b", -1, 1, 1, 0, 0, 0, 0, 0, 0);
        assertThat(merged(new MergeMethod.Sum(), List.of(1.0, 0.5), a, b))
                .containsExactly(1.5f, -0.5f, 0, 0, 0, 0, 0, 8);
    }

    @Test
    void sumOfALowRankAndADenseProfileIsTheirProductsSum() {
        float[] a = {1, 2, 3, 4, 5, 6, 7, 8};
        float[] b = new float[12];
        Arrays.fill(b, 0.5f);
        float[] dense = new float[96];
        dense[95] = 1;
        ProfileFolder low = Profiles.of(store(), "low", base, Profiles.lowRank(UP, a, b, 1));
        ProfileFolder full =
                Profiles.of(store(), "full", base, Profiles.dense(UP, List.of(12L, 8L), dense));
        float[] sum = merged("both", UP, new MergeMethod.Sum(), List.of(1.0, 1.0), low, full);
        assertThat(sum[0]).isEqualTo(0.5f);
        assertThat(sum[95]).isEqualTo(5);
    }

    /// Figure 1 of the paper in numbers: trim to half, elect by mass, average what agrees.
    @Test
    void tiesTrimsElectsAndAverages() {
        ProfileFolder a = norm("a", 1, 4, 3, -5, 2, 0.1f, 0.2f, 0.3f, 0.4f);
        ProfileFolder b = norm("b", 1, 2, -7, -1, 0.5f, 0, 0, 3, 0);
        // Kept of a: 4, 3, -5, 2; of b: 2, -7, -1, 3.
        assertThat(merged(new MergeMethod.Ties(0.5), List.of(1.0, 1.0), a, b))
                .containsExactly(3, -7, -3, 2, 0, 0, 3, 0);
        // By weight: (2 * 4 + 1 * 2) / 3 first; 2 * 3 against 7 elects the negative one.
        float[] weighted = merged(new MergeMethod.Ties(0.5), List.of(2.0, 1.0), a, b);
        assertThat(weighted[0]).isCloseTo(10f / 3, within(1e-6f));
        assertThat(weighted[1]).isEqualTo(-7);
    }

    @Test
    void tiesOfEqualProfilesAtFullDensityIsThatProfile() {
        float[] values = {4, 3, -5, 2, 0.1f, -0.2f, 0.3f, 0};
        ProfileFolder a = norm("a", 1, values);
        assertThat(merged(new MergeMethod.Ties(1), List.of(1.0, 1.0, 1.0), a, a, a))
                .containsExactly(values);
    }

    @Test
    void magnitudeThresholdIsTheOneThatSortingFinds() {
        Random random = new Random(5);
        float[] values = new float[96];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * (i % 3 == 0 ? 1e-4f : 1);
        }
        ProfileFolder profile =
                Profiles.of(store(), "m", base, Profiles.dense(UP, List.of(12L, 8L), values));
        float[] sorted = new float[96];
        for (int i = 0; i < 96; i++) {
            sorted[i] = Math.abs(values[i]);
        }
        Arrays.sort(sorted);
        try (ProfileContents contents = ProfileContents.open(profile)) {
            DeltaElements elements = DeltaElements.of(contents.deltas().values().iterator().next());
            for (int kept : new int[] {1, 2, 31, 64, 65, 96}) {
                assertThat(Magnitudes.threshold(elements, kept / 96.0))
                        .isEqualTo(sorted[96 - kept]);
            }
        }
    }

    @Test
    void dareDropsAShareAndKeepsTheMeanAndRepeats() {
        float[] ones = new float[96];
        Arrays.fill(ones, 1);
        ProfileFolder profile =
                Profiles.of(store(), "ones", base, Profiles.dense(UP, List.of(12L, 8L), ones));
        MergeMethod dare = new MergeMethod.Dare(0.25, 7);
        float[] first = merged("one", UP, dare, List.of(1.0), profile);
        int kept = 0;
        for (float value : first) {
            assertThat(value).isIn(0f, 4f);
            kept += value == 0 ? 0 : 1;
        }
        // Binomial(96, 1/4): mean 24, standard deviation 4.2.
        assertThat(kept).isBetween(24 - 17, 24 + 17);
        assertThat(merged("two", UP, dare, List.of(1.0), profile)).containsExactly(first);
        assertThat(merged("three", UP, new MergeMethod.Dare(0.25, 8), List.of(1.0), profile))
                .isNotEqualTo(first);
        assertThat(merged("four", UP, new MergeMethod.Dare(1, 7), List.of(1.0), profile))
                .containsExactly(ones);
        // Two parts draw independently: 2 * 4 only where both are kept.
        assertThat(merged("five", UP, dare, List.of(1.0, 1.0), profile, profile)).contains(4f, 8f);
    }

    @Test
    void recordsItsPartsAndLeavesOutWhatCancels() {
        ProfileFolder a = norm("a", 1, 1, 2, 3, 4, 5, 6, 7, 8);
        float[] dense = new float[96];
        dense[0] = 0.5f;
        ProfileFolder both =
                Profiles.of(
                        store(),
                        "both",
                        base,
                        Profiles.dense(NORM, List.of(8L), 1, 2, 3, 4, 5, 6, 7, 8),
                        Profiles.dense(UP, List.of(12L, 8L), dense));
        merged("rest", UP, new MergeMethod.Sum(), List.of(-1.0, 1.0), a, both);
        EditProfile rest = new ProfileStore(store()).load("rest").profile();
        assertThat(rest.modules()).containsExactly("mlp.up_proj");
        EditProfile.Provenance provenance = Objects.requireNonNull(rest.provenance());
        assertThat(provenance.energy()).containsEntry(1, 0.25);
        EditProfile.Merge merge = Objects.requireNonNull(provenance.merge());
        assertThat(merge.method()).isEqualTo("sum");
        assertThat(merge.parts())
                .extracting(EditProfile.Part::profile, EditProfile.Part::weight)
                .containsExactly(tuple("a", -1.0), tuple("both", 1.0));
    }

    @Test
    void refusesOtherBasesWeightsAndDensities() {
        ProfileFolder a = norm("a", 1, 1, 0, 0, 0, 0, 0, 0, 0);
        EditProfile p = a.profile();
        ProfileFolder other =
                Profiles.save(
                        store(),
                        new EditProfile(
                                1,
                                "a",
                                "",
                                new EditProfile.Base(
                                        "other",
                                        "9".repeat(64),
                                        p.base().config(),
                                        p.base().tensors()),
                                1,
                                p.layers(),
                                p.modules(),
                                p.files(),
                                null));
        assertThatThrownBy(() -> merged(new MergeMethod.Sum(), List.of(1.0, 1.0), a, other))
                .hasMessageContaining("allowed are profiles of one base");
        assertThatThrownBy(() -> merged(new MergeMethod.Sum(), List.of(1.0), a, a))
                .hasMessage("1 weights were given for 2 profiles");
        assertThatThrownBy(() -> merged(new MergeMethod.Ties(1), List.of(1.0, -1.0), a, a))
                .hasMessage("weight -1.0, allowed with ties are positive numbers");
        for (double density : new double[] {0, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> new MergeMethod.Dare(density, 1))
                    .hasMessageContaining("allowed is more than 0 and at most 1");
        }
    }
}
