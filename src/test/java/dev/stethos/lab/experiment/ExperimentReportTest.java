package dev.stethos.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.AbReport.Verdict;
import dev.stethos.evaluation.ArmScore;
import dev.stethos.evaluation.UnpairedZ;
import dev.stethos.lab.experiment.PlannedArm.Family;
import dev.stethos.stats.TwoProportionZ;
import dev.stethos.stats.WilsonInterval;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ExperimentReportTest {
    private static ArmOutcome arm(
            String name, Family family, double gain, ArmOutcome.@Nullable Retention retention) {
        SubjectResult target = result("number_theory", gain);
        SubjectResult other = result("algebra", family == Family.ALL ? -0.3 : 0);
        return new ArmOutcome(
                name, family, List.of(1, 2), 1, List.of(other, target), target, null, retention);
    }

    private static SubjectResult result(String name, double gain) {
        ArmScore score = new ArmScore(40, 0.4, WilsonInterval.of(40, 100, 0.95), 1, 0, 0, 0, 20);
        Verdict verdict =
                Math.abs(gain) < 0.1
                        ? Verdict.NO_SIGNIFICANT_CHANGE
                        : gain > 0 ? Verdict.IMPROVED : Verdict.DEGRADED;
        return new SubjectResult(
                name,
                100,
                score,
                score,
                null,
                1,
                2,
                List.of(),
                gain,
                new AbReport.Interval(gain - 0.1, gain + 0.1),
                new UnpairedZ(
                        null,
                        TwoProportionZ.unpooled(40, 100, 41, 100),
                        TwoProportionZ.pooled(40, 100, 41, 100)),
                0.2,
                0.01,
                0.02,
                verdict);
    }

    private static ExperimentReport report(double chosen, double projected, double kept) {
        List<ArmOutcome> arms = new ArrayList<>();
        arms.add(arm("all", Family.ALL, 0.4, null));
        arms.add(arm("chosen", Family.CHOSEN, chosen, null));
        for (int i = 0; i < 20; i++) {
            arms.add(arm("random " + i, Family.RANDOM, i / 100.0, null));
        }
        arms.add(
                arm(
                        "projected, k = 4",
                        Family.PROJECTED,
                        projected,
                        new ArmOutcome.Retention(4, kept, 0.03, 0.03, 0.5)));
        arms.add(arm("simple", Family.CHOSEN, 0.1, null));
        Calibration calibration =
                new Calibration(
                        "number_theory",
                        "A",
                        List.of(new Calibration.Tried(List.of(1, 2), 1, 0.5)));
        return new ExperimentReport("items", "number_theory", List.of("chosen"), arms, calibration);
    }

    @Test
    void supportsWhatTheNumbersSay() {
        List<ExperimentReport.Claim> claims = report(0.3, 0, 0.03).claims();
        assertThat(claims).allMatch(ExperimentReport.Claim::supported).hasSize(6);
        assertThat(claims.get(2).evidence())
                .isEqualTo("+30.0 points against a mean of +9.5; above 100 % of 20 random sets");
    }

    @Test
    void doesNotSupportWhatTheyDoNotSay() {
        List<ExperimentReport.Claim> claims = report(0.05, 0.2, 0.07).claims();
        assertThat(claims)
                .extracting(ExperimentReport.Claim::supported)
                .containsExactly(false, true, false, false, false, false);
        assertThat(claims.get(5).evidence()).endsWith("2.33 times k/d");
    }

    /// Five of twenty below and one equal.
    @Test
    void percentileCountsTiesByHalf() {
        ExperimentReport report = report(0.05, 0, 0.03);
        assertThat(report.percentile(report.arms().get(1))).isEqualTo(5.5 / 20);
    }

    @Test
    void jsonAndTableHoldArmsAndClaims() {
        ExperimentReport report = report(0.3, 0, 0.03);
        assertThat(report.json()).contains("\"claims\"", "projected, k = 4", "\"learned\"");
        assertThat(ExperimentTable.of(report))
                .contains("projected, k = 4", "+30.0", "0.03/0.03", "supported")
                .contains("sets of 2 layers at scale 1.0: of 1 pairs the best by A")
                .containsPattern("chosen +1,2 .* 100\\n")
                .containsPattern("all +1,2 +40\\.0 +\\+40\\.0 +0\\.0200 +1 +1");
    }

    @Test
    void pictureHasARowForEveryArmAndOneForRandomSets() {
        String svg = ExperimentPicture.svg(report(0.3, 0, 0.03));
        assertThat(svg).contains(">raw, 20 random sets<", ">projected, k = 4<", ">simple<");
        assertThat(svg.split("<circle", -1)).hasSize(21);
        assertThat(ExperimentPicture.svg(report(0.3, 0, 0.03))).isEqualTo(svg);
    }

    @Test
    void refusesAnUnknownTarget() {
        ExperimentReport report =
                new ExperimentReport(
                        "items", "chess", List.of("chosen"), report(0, 0, 0).arms(), null);
        assertThatThrownBy(report::claims).hasMessageContaining("subject chess, allowed is one of");
    }
}
