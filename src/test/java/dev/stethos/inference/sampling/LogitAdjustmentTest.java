package dev.stethos.inference.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LogitAdjustmentTest {
    private static final Offset<Float> EXACT = within(1e-6f);

    @Test
    void changesNothingWhenAllIsNeutral() {
        LogitAdjustment adjustment = adjustment(Params.greedy(), 0, 1);
        adjustment.generated(1);
        assertThat(adjustment.changes()).isFalse();
    }

    @Test
    void addsBias() {
        assertThat(applied(adjustment(Params.greedy().bias(Map.of(0, 2.5, 2, -1.0))), 1f, 1f, 1f))
                .containsExactly(new float[] {3.5f, 1f, 0f}, EXACT);
    }

    @Test
    void biasOfMinusHundredBans() {
        assertThat(applied(adjustment(Params.greedy().bias(Map.of(1, -100.0))), 1f, 500f))
                .containsExactly(1f, Float.NEGATIVE_INFINITY);
    }

    @Test
    void repetitionPenaltyDividesPositiveAndMultipliesNegativeLogitsOfPromptAndOutput() {
        LogitAdjustment adjustment = adjustment(Params.greedy().penalties(2, 0, 0), 0, 1, 1);
        adjustment.generated(3);
        adjustment.generated(3);
        assertThat(applied(adjustment, 4f, -4f, 4f, 0.5f, 0f))
                .containsExactly(new float[] {2f, -8f, 4f, 0.25f, 0f}, EXACT);
    }

    @Test
    void presenceCountsOutputOnce() {
        LogitAdjustment adjustment = adjustment(Params.greedy().penalties(1, 1.5, 0), 0);
        assertThat(applied(adjustment, 1f, 1f)).containsExactly(1f, 1f);
        adjustment.generated(1);
        adjustment.generated(1);
        assertThat(applied(adjustment, 1f, 1f)).containsExactly(new float[] {1f, -0.5f}, EXACT);
    }

    @Test
    void frequencyCountsOutputEachTime() {
        LogitAdjustment adjustment = adjustment(Params.greedy().penalties(1, 0, 0.5), 0);
        adjustment.generated(1);
        adjustment.generated(1);
        adjustment.generated(1);
        assertThat(applied(adjustment, 1f, 1f)).containsExactly(new float[] {1f, -0.5f}, EXACT);
    }

    @Test
    void biasComesBeforePenaltiesAndRepetitionBeforeTheOthers() {
        LogitAdjustment adjustment =
                adjustment(Params.greedy().bias(Map.of(0, 3.0)).penalties(2, 0.25, 0.5));
        adjustment.generated(0);
        assertThat(applied(adjustment, 1f)).containsExactly(new float[] {1.25f}, EXACT);
    }

    @Test
    void penaltiesLeaveBannedTokensBanned() {
        LogitAdjustment adjustment =
                adjustment(Params.greedy().bias(Map.of(0, -100.0)).penalties(0.5, -2, -2), 0);
        adjustment.generated(0);
        assertThat(applied(adjustment, 7f)).containsExactly(Float.NEGATIVE_INFINITY);
    }

    @Test
    void bannedFirstHoldsUntilATokenWasGenerated() {
        LogitAdjustment adjustment =
                new LogitAdjustment(SamplingParams.GREEDY, new int[] {0}, Set.of(1));
        LogitAdjustment penalising =
                new LogitAdjustment(
                        Params.greedy().penalties(1, 1, 0).build(), new int[] {0}, Set.of(1));
        assertThat(applied(adjustment, 1f, 9f)).containsExactly(1f, Float.NEGATIVE_INFINITY);
        assertThat(applied(penalising, 1f, 9f)).containsExactly(1f, Float.NEGATIVE_INFINITY);
        adjustment.generated(0);
        penalising.generated(0);
        assertThat(adjustment.changes()).isFalse();
        assertThat(applied(penalising, 1f, 9f)).containsExactly(0f, 9f);
    }

    private static LogitAdjustment adjustment(Params params, int... prompt) {
        return new LogitAdjustment(params.build(), prompt, Set.of());
    }

    private static float[] applied(LogitAdjustment adjustment, float... logits) {
        adjustment.apply(logits);
        return logits;
    }
}
