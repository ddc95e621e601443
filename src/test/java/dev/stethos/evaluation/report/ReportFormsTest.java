package dev.stethos.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.evaluation.AbReport;
import dev.stethos.evaluation.AbReport.ArmName;
import dev.stethos.evaluation.AbReport.Interval;
import dev.stethos.evaluation.ControlLoss;
import dev.stethos.evaluation.Draws;
import dev.stethos.evaluation.GradedAnswer;
import dev.stethos.evaluation.GradedItem;
import dev.stethos.evaluation.SampledItem;
import dev.stethos.evaluation.SampledItem.Sample;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFormsTest {
    private static final List<String> SUBJECTS = List.of("counting_and_probability", "algebra");
    private static final ControlLoss LOSS =
            new ControlLoss(
                    200, 5000, 2.5, 2.51, 0.01, -0.001, 0.021, new Interval(-0.0012, 0.0212));

    /// Number theory of arXiv 2605.28649, 160 against 213 of 540, with its table's z.
    @Test
    void everyFormSaysTheSame() {
        EvaluationReport report = report(Draws.GREEDY, items("algebra", 120, 40, 93, 287));
        for (String form :
                List.of(
                        TextReport.of(report),
                        MarkdownReport.of(report),
                        HtmlReport.of(report).replace("&gt;", ">").replace("&lt;", "<"))) {
            assertThat(form)
                    .contains("3.41 (0.0007)", "3.41 (0.0006)", "3.39 (0.0007)")
                    .contains("+9.8", "40/93", "improved", "95 % interval", "detectable")
                    .contains("parsable", "truncated", "mean tokens", "12.0 / 12.0")
                    .contains("+0.0100 (95 % -0.0010 to +0.0210)")
                    .contains("in closed form -0.0012 to +0.0212");
        }
    }

    @Test
    void textFitsOneHundredColumns() {
        List<SampledItem> items = new ArrayList<>();
        items.addAll(items("counting_and_probability", 1000, 120, 1800, 900));
        items.addAll(items("algebra", 3000, 1200, 0, 0));
        String text = TextReport.of(report(new Draws(1, 0.7, 3), items));
        assertThat(text.lines().skip(1))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(text)
                .contains("counting & probability", "120/1800", "degraded")
                .contains("one answer to each item, drawn with temperature 0.7 and seed 3");
    }

    @Test
    void severalSamplesHaveTheirTable() {
        List<SampledItem> items = new ArrayList<>();
        for (SampledItem item : items("algebra", 0, 0, 3, 1)) {
            List<Sample> twice = new ArrayList<>(item.answers());
            twice.add(new Sample(0, 1, answer(true), 1));
            twice.add(new Sample(1, 1, answer(false), 1));
            items.add(
                    new SampledItem(
                            item.position(),
                            item.id(),
                            item.subject(),
                            item.problem(),
                            item.expected(),
                            twice));
        }
        String text = TextReport.of(report(new Draws(2, 1, 0), items));
        assertThat(text)
                .containsPattern("samples, % +mean majority agreement pass@1 pass@2\n")
                .containsPattern("baseline +50.0 +0.0 +50.0 +50.0 +100.0\n")
                .containsPattern("candidate +37.5 +75.0 +50.0 +37.5 +75.0\n");
    }

    /// A pipe must not end a cell, markup must stay text.
    @Test
    void namesCannotBreakAForm() {
        AbReport comparison =
                AbReport.of(
                        "a|b <i>",
                        SUBJECTS,
                        new ArmName("m:x|y<b>", "r0"),
                        new ArmName("m:z", "r1"),
                        graded(items("algebra", 1, 0, 0, 0)),
                        null);
        EvaluationReport report =
                EvaluationReport.of("e1", Draws.GREEDY, comparison, items("algebra", 1, 0, 0, 0));
        assertThat(MarkdownReport.of(report)).contains("| baseline | m:x\\|y<b> | `r0` |");
        assertThat(HtmlReport.of(report))
                .contains("m:x|y&lt;b&gt;", "a|b &lt;i&gt;")
                .doesNotContain("<b>", "<i>", "http");
    }

    @Test
    void furtherSuitesStandBesideAndCountInTheVerdict() throws JsonProcessingException {
        EvaluationReport main = report(Draws.GREEDY, items("algebra", 10, 0, 9, 0));
        EvaluationReport worse = report(Draws.GREEDY, items("algebra", 10, 9, 0, 0));
        assertThat(main.degraded()).isFalse();
        assertThat(main.with(List.of(main)).degraded()).isFalse();
        EvaluationReport both = main.with(List.of(worse));
        assertThat(both.degraded()).isTrue();
        assertThat(TextReport.of(both)).contains("improved", "degraded");
        assertThat(MarkdownReport.of(both)).contains("# trial\n", "## trial\n");
        assertThat(HtmlReport.of(both).split("<svg ", -1)).hasSize(3);
        JsonNode json = new ObjectMapper().readTree(both.json());
        assertThat(json.at("/also/0/overall/verdict").textValue()).isEqualTo("degraded");
        assertThat(json.has("id")).isFalse();
        assertThat(new ObjectMapper().readTree(main.json()).has("also")).isFalse();
        assertThat(json.at("/subjects/0/z/pooled/pValue").isDouble()).isTrue();
        assertThat(json.at("/controlText/closedForm/high").doubleValue()).isEqualTo(0.0212);
    }

    private static EvaluationReport report(Draws draws, List<SampledItem> items) {
        AbReport comparison =
                AbReport.of(
                        "trial",
                        SUBJECTS,
                        new ArmName("base", "b0b0b0b0b0b0b0"),
                        new ArmName("number-theory", "c0c0c0c0c0c0"),
                        graded(items),
                        LOSS);
        return EvaluationReport.of(null, draws, comparison, items);
    }

    private static List<GradedItem> graded(List<SampledItem> items) {
        return items.stream().map(SampledItem::graded).toList();
    }

    private static List<SampledItem> items(
            String subject, int both, int onlyBaseline, int onlyCandidate, int neither) {
        List<SampledItem> items = new ArrayList<>();
        add(items, subject, both, true, true);
        add(items, subject, onlyBaseline, true, false);
        add(items, subject, onlyCandidate, false, true);
        add(items, subject, neither, false, false);
        return items;
    }

    private static void add(
            List<SampledItem> items, String subject, int n, boolean baseline, boolean candidate) {
        for (int i = 0; i < n; i++) {
            items.add(
                    new SampledItem(
                            items.size(),
                            subject + items.size(),
                            subject,
                            "3 + 4 ?",
                            "7",
                            List.of(
                                    new Sample(0, 0, answer(baseline), 0),
                                    new Sample(1, 0, answer(candidate), 0))));
        }
    }

    private static GradedAnswer answer(boolean right) {
        return new GradedAnswer("so \\boxed{}", right ? "7" : "8", right, false, false, false, 12);
    }
}
