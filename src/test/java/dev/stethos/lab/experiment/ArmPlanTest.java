package dev.stethos.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.experiment.PlannedArm.Family;
import dev.stethos.lab.projection.DecoderDirections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ArmPlanTest {
    private static final Ranking RANKING =
            new Ranking("A", true, new TreeMap<>(Map.of(0, 1.0, 1, 5.0, 2, 3.0, 3, 5.0, 4, 0.0)));

    @Test
    void rankingsGiveTheirHighestAndTheFirstItsLowest() {
        List<PlannedArm> arms = new ArmPlan(5, 2, 1.5, 1).raw(List.of(RANKING), 0);
        assertThat(arms)
                .extracting(PlannedArm::name)
                .containsExactly(
                        "raw, all layers",
                        "embedding and final norm only",
                        "raw, top 2 by A",
                        "raw, bottom 2 by A");
        assertThat(arms)
                .extracting(PlannedArm::layers)
                .containsExactly(List.of(0, 1, 2, 3, 4), List.of(), List.of(1, 3), List.of(0, 4));
        assertThat(arms).extracting(PlannedArm::scale).containsExactly(1.0, 1.0, 1.5, 1.5);
    }

    @Test
    void randomSetsAreDistinctAndRepeat() {
        List<PlannedArm> arms = new ArmPlan(6, 3, 1, 4).raw(List.of(), 12);
        List<List<Integer>> sets =
                arms.stream()
                        .filter(arm -> arm.family() == Family.RANDOM)
                        .map(PlannedArm::layers)
                        .toList();
        assertThat(sets).hasSize(12).doesNotHaveDuplicates();
        assertThat(sets).allMatch(set -> set.size() == 3);
        assertThat(new ArmPlan(6, 3, 1, 4).raw(List.of(), 12)).isEqualTo(arms);
    }

    @Test
    void thereAreNoMoreRandomSetsThanSets() {
        assertThat(new ArmPlan(4, 3, 1, 1).raw(List.of(), 50)).hasSize(6);
    }

    @Test
    void everyRankHasATwinAndAHybrid() {
        DecoderDirections one =
                new DecoderDirections(1, new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
        DecoderDirections two = new DecoderDirections(2, one.rows());
        List<PlannedArm> arms =
                new ArmPlan(5, 2, 1.5, 1)
                        .projected(List.of(one, two), List.of(1, 2), List.of(2, 4));
        assertThat(arms)
                .extracting(PlannedArm::family)
                .containsExactly(
                        Family.PROJECTED,
                        Family.RANDOM_DIRECTIONS,
                        Family.HYBRID,
                        Family.PROJECTED,
                        Family.RANDOM_DIRECTIONS,
                        Family.HYBRID);
        assertThat(arms.get(2).layers()).containsExactly(2);
        assertThat(arms).extracting(PlannedArm::scale).startsWith(1.0, 1.0, 1.5);
        PlannedArm.Projected projected = (PlannedArm.Projected) arms.get(3);
        assertThat(projected.directions().getFirst().rows())
                .isDeepEqualTo(new float[][] {{1, 0, 0}, {0, 1, 0}});
    }

    @Test
    void refusesMoreLayersThanThereAre() {
        assertThatThrownBy(() -> new ArmPlan(4, 5, 1, 1))
                .hasMessage("5 layers, allowed are 1 to 4");
        assertThatThrownBy(() -> new ArmPlan(4, 2, 0, 1))
                .hasMessage("scale 0.0, allowed is more than 0");
        assertThatThrownBy(() -> RANKING.top(6)).hasMessage("6 layers of ranking A, it has 5");
    }
}
