package dev.stethos.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.evaluation.AbReport.SubjectResult;
import dev.stethos.evaluation.AbReport.Verdict;
import dev.stethos.evaluation.suite.MathProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AbReportTest {

    @Test
    void countsEachSubjectsPairs() {
        AbReport report =
                report(items("algebra", 50, 3, 1, 6), items("number_theory", 5, 0, 30, 5));
        SubjectResult algebra = report.subjects().get(0);
        assertThat(algebra.name()).isEqualTo("algebra");
        assertThat(algebra.n()).isEqualTo(60);
        assertThat(algebra.baseline().correct()).isEqualTo(53);
        assertThat(algebra.candidate().correct()).isEqualTo(51);
        assertThat(algebra.onlyBaseline()).isEqualTo(3);
        assertThat(algebra.onlyCandidate()).isEqualTo(1);
        assertThat(algebra.difference()).isCloseTo(-2 / 60.0, within(1e-15));
        assertThat(report.overall().n()).isEqualTo(100);
        assertThat(report.overall().baseline().correct()).isEqualTo(58);
        assertThat(report.overall().candidate().correct()).isEqualTo(86);
        assertThat(report.overall().onlyCandidate()).isEqualTo(31);
    }

    /// SciPy 1.17.1: `binomtest(3, 4).pvalue` is 0.625, `binomtest(9, 12).pvalue` 0.14599609375.
    @Test
    void testsEachSubjectExactlyAndCorrectsAcrossThem() {
        AbReport report = report(items("algebra", 50, 3, 1, 6), items("number_theory", 5, 3, 9, 5));
        assertThat(report.subjects().get(0).mcnemarP()).isCloseTo(0.625, within(1e-12));
        assertThat(report.subjects().get(1).mcnemarP()).isCloseTo(0.14599609375, within(1e-12));
        assertThat(report.subjects().get(0).holmP()).isCloseTo(0.625, within(1e-12));
        assertThat(report.subjects().get(1).holmP()).isCloseTo(2 * 0.14599609375, within(1e-12));
    }

    /// Six to none is p = 0.03125: significant alone, not beside a second test.
    @Test
    void verdictsFollowTheCorrectedTest() {
        assertThat(report(items("algebra", 0, 0, 6, 0)).subjects().getFirst().verdict())
                .isEqualTo(Verdict.IMPROVED);
        assertThat(report(items("algebra", 0, 6, 0, 0)).subjects().getFirst().verdict())
                .isEqualTo(Verdict.DEGRADED);
        AbReport two = report(items("algebra", 0, 0, 6, 0), items("number_theory", 9, 1, 1, 0));
        assertThat(two.subjects())
                .extracting(SubjectResult::verdict)
                .containsOnly(Verdict.NO_SIGNIFICANT_CHANGE);
        AbReport strong = report(items("algebra", 0, 0, 7, 0), items("number_theory", 9, 1, 1, 0));
        assertThat(strong.subjects().getFirst().verdict()).isEqualTo(Verdict.IMPROVED);
    }

    @Test
    void equalArmsHaveNoSignificantChange() {
        SubjectResult result = report(items("algebra", 10, 0, 0, 10)).subjects().getFirst();
        assertThat(result.mcnemarP()).isEqualTo(1);
        assertThat(result.verdict()).isEqualTo(Verdict.NO_SIGNIFICANT_CHANGE);
    }

    @Test
    void leavesOutSubjectsWithoutItemsAndKeepsTheSuitesOrder() {
        AbReport report = report(items("number_theory", 1, 0, 0, 0), items("algebra", 1, 0, 0, 0));
        assertThat(report.subjects())
                .extracting(SubjectResult::name)
                .containsExactly("algebra", "number_theory");
        assertThat(report(items("number_theory", 1, 0, 0, 0)).subjects()).hasSize(1);
    }

    @Test
    void countsThePartsThatCanFakeAGain() {
        GradedAnswer worked = answer("3 + 4 = \\boxed{7}", 9, false);
        GradedAnswer unworked = answer(" \\boxed{7}", 4, false);
        GradedAnswer cut = answer("3 + 4 = \\box", 8, true);
        ArmScore score = ArmScore.of(List.of(worked, unworked, cut, cut));
        assertThat(score.correct()).isEqualTo(2);
        assertThat(score.accuracy()).isEqualTo(0.5);
        assertThat(score.parsable()).isEqualTo(0.5);
        assertThat(score.truncated()).isEqualTo(0.5);
        assertThat(score.unworked()).isEqualTo(0.25);
        assertThat(score.meanTokens()).isEqualTo((9 + 4 + 8 + 8) / 4.0);
    }

    @Test
    void jsonHasTheAgreedFields() throws Exception {
        JsonNode json = new ObjectMapper().readTree(report(items("algebra", 4, 1, 2, 3)).json());
        JsonNode subject = json.get("subjects").get(0);
        assertThat(subject.get("name").asText()).isEqualTo("algebra");
        assertThat(subject.get("n").asInt()).isEqualTo(10);
        assertThat(subject.get("baseline").get("correct").asInt()).isEqualTo(5);
        assertThat(subject.get("candidate").get("correct").asInt()).isEqualTo(6);
        assertThat(subject.get("onlyBaseline").asInt()).isEqualTo(1);
        assertThat(subject.get("onlyCandidate").asInt()).isEqualTo(2);
        assertThat(subject.get("verdict").asText()).isEqualTo("no significant change");
        assertThat(subject.has("baselineMustWork")).isFalse();
        assertThat(json.get("baseline").get("revision").asText()).isEqualTo("b0");
        assertThat(json.get("items")).hasSize(10);
        assertThat(json.get("controlText").isNull()).isTrue();
    }

    /// Number theory of arXiv 2605.28649: 160 against 213 of 540.
    @Test
    void printsThePublishedZInItsThreeForms() throws Exception {
        JsonNode json =
                new ObjectMapper().readTree(report(items("algebra", 120, 40, 93, 287)).json());
        JsonNode z = json.get("subjects").get(0).get("z");
        assertThat(form(z.get("standardErrors"))).isEqualTo("3.40680 0.000657");
        assertThat(form(z.get("unpooled"))).isEqualTo("3.40996 0.000650");
        assertThat(form(z.get("pooled"))).isEqualTo("3.39175 0.000694");
    }

    private static String form(JsonNode z) {
        return String.format(
                Locale.ROOT, "%.5f %.6f", z.get("z").asDouble(), z.get("pValue").asDouble());
    }

    @Test
    void namesEveryDiscordantItemWithItsSign() {
        SubjectResult result = report(items("algebra", 1, 1, 2, 1)).subjects().getFirst();
        assertThat(result.discordant())
                .containsExactly(
                        new AbReport.Discordant("algebra1", -1),
                        new AbReport.Discordant("algebra2", 1),
                        new AbReport.Discordant("algebra3", 1));
        assertThat(result.interval().low()).isLessThan(result.difference());
        assertThat(result.interval().high()).isGreaterThan(result.difference());
        assertThat(result.minimumDetectable()).isBetween(0.5, 1.0);
    }

    @SafeVarargs
    private static AbReport report(List<GradedItem>... items) {
        List<GradedItem> all = new ArrayList<>();
        for (List<GradedItem> some : items) {
            all.addAll(some);
        }
        return AbReport.of(Fixtures.suite(), Fixtures.BASELINE, Fixtures.CANDIDATE, all, null);
    }

    private static List<GradedItem> items(
            String subject, int both, int onlyBaseline, int onlyCandidate, int neither) {
        List<GradedItem> items = new ArrayList<>();
        add(items, subject, both, true, true);
        add(items, subject, onlyBaseline, true, false);
        add(items, subject, onlyCandidate, false, true);
        add(items, subject, neither, false, false);
        return items;
    }

    private static void add(
            List<GradedItem> items, String subject, int n, boolean baseline, boolean candidate) {
        for (int i = 0; i < n; i++) {
            items.add(
                    new GradedItem(
                            subject + items.size(),
                            subject,
                            "3 + 4 ?",
                            "7",
                            answer(baseline ? "\\boxed{7}" : "\\boxed{8}", 5, false),
                            answer(candidate ? "\\boxed{7}" : "\\boxed{8}", 5, false),
                            null));
        }
    }

    private static GradedAnswer answer(String text, int tokens, boolean truncated) {
        MathProblem problem = new MathProblem("a", "3 + 4 ?", "1", "Algebra", "\\boxed{7}");
        return GradedAnswer.of(
                Fixtures.suite(), problem, new TextModel.Completion(text, tokens, truncated));
    }
}
