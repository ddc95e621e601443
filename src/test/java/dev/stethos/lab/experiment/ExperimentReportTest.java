package dev.stethos.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.Discordant;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.AbReport.Verdict;
import dev.stethos.evaluation.ArmScore;
import dev.stethos.evaluation.UnpairedZ;
import dev.stethos.lab.experiment.PlannedArm.Family;
import dev.stethos.stats.TwoProportionZ;
import dev.stethos.stats.WilsonInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ExperimentReportTest {
    private static ArmOutcome arm(
            String name, Family family, double gain, ArmOutcome.@Nullable Retention retention) {
        SubjectResult target = result("number_theory", gain);
        SubjectResult other = result("algebra", family == Family.ALL ? -0.3 : 0);
        return new ArmOutcome(
                name,
                family,
                List.of(1, 2),
                1,
                List.of(other, target),
                target,
                new TreeMap<>(),
                null,
                retention);
    }

    /// The base is right alone or wrong alone at the first items.
    private static List<Discordant> signs(double gain) {
        return IntStream.range(0, (int) Math.round(100 * Math.abs(gain)))
                .mapToObj(i -> new Discordant("item " + i, gain > 0 ? 1 : -1))
                .toList();
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
                signs(gain),
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
                        List.of(new Calibration.Tried("A", List.of(1, 2), 1, 0.5)));
        return new ExperimentReport("items", "number_theory", List.of("chosen"), arms, calibration);
    }

    private static List<Claim.Verdict> verdicts(ExperimentReport report) {
        return report.claims().stream().map(Claim::verdict).toList();
    }

    @Test
    void supportsWhatTheNumbersSay() {
        List<Claim> claims = report(0.3, 0, 0.03).claims();
        assertThat(claims)
                .extracting(Claim::verdict)
                .containsOnly(Claim.Verdict.SUPPORTED)
                .hasSize(6);
        assertThat(claims.get(2).evidence())
                .startsWith("+20.5 points on the mean of 20 random sets [+1")
                .endsWith("above 100 % of them");
        assertThat(claims.get(3).evidence())
                .startsWith("+30.0 points against +10.0 of the best, simple;")
                .contains("20/0, McNemar p 0.0000");
    }

    /// Five items between two arms are no difference; eight are.
    @Test
    void doesNotSupportWhatTheyDoNotSay() {
        ExperimentReport report = report(0.05, 0.2, 0.07);
        assertThat(verdicts(report))
                .containsExactly(
                        Claim.Verdict.NOT_SUPPORTED,
                        Claim.Verdict.SUPPORTED,
                        Claim.Verdict.NOT_SUPPORTED,
                        Claim.Verdict.UNDECIDED,
                        Claim.Verdict.NOT_SUPPORTED,
                        Claim.Verdict.NOT_SUPPORTED);
        assertThat(report.claims().get(5).evidence()).endsWith("2.33 times k/d");
        assertThat(verdicts(report(0.02, 0, 0.03)).get(3)).isEqualTo(Claim.Verdict.NOT_SUPPORTED);
        assertThat(verdicts(report(0.15, 0, 0.03)).get(3)).isEqualTo(Claim.Verdict.UNDECIDED);
        assertThat(verdicts(report(0.16, 0, 0.03)).get(3)).isEqualTo(Claim.Verdict.SUPPORTED);
    }

    /// Above nine tenths of the random sets and above their mean.
    @Test
    void whatIsAboveMostRandomSetsIsUndecided() {
        assertThat(verdicts(report(0.18, 0, 0.03)).get(2)).isEqualTo(Claim.Verdict.UNDECIDED);
        assertThat(verdicts(report(0.2, 0, 0.03)).get(2)).isEqualTo(Claim.Verdict.SUPPORTED);
        assertThat(verdicts(report(0.09, 0, 0.03)).get(2)).isEqualTo(Claim.Verdict.NOT_SUPPORTED);
    }

    /// The base that must work gains none, half, or all of the forty items.
    @Test
    void skillIsWhatForbiddingTheUnworkedAnswerDoesNotGive() {
        assertThat(skill(0)).isEqualTo(Claim.Verdict.SUPPORTED);
        assertThat(skill(0.2)).isEqualTo(Claim.Verdict.UNDECIDED);
        assertThat(skill(0.4)).isEqualTo(Claim.Verdict.NOT_SUPPORTED);
    }

    private static Claim.Verdict skill(double elicited) {
        SubjectResult target = result("number_theory", 0.4);
        ArmOutcome all =
                new ArmOutcome(
                        "all",
                        Family.ALL,
                        List.of(1, 2),
                        1,
                        List.of(target),
                        target,
                        new TreeMap<>(Map.of("number_theory", signs(elicited))),
                        null,
                        null);
        return verdicts(
                        new ExperimentReport(
                                "items", "number_theory", List.of(), List.of(all), null))
                .getFirst();
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
                .contains("sets of 2 layers at scale 1.0, score A: of 1 choices the best")
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
