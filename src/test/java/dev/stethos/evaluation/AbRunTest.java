package dev.stethos.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.suite.MathProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AbRunTest {
    private static final List<String> DOCUMENTS = List.of("the cat sat .", "it slept .", "so .");

    @Test
    void reportsItemsInOrderThoughTheyEndOutOfOrder() {
        List<MathProblem> problems = problems(23);
        List<String> seen = new ArrayList<>();
        AbReport report =
                run(new ScriptedModel(6, AbRunTest::doubling))
                        .run(problems, DOCUMENTS, false, item -> seen.add(item.id()));
        assertThat(seen).isEqualTo(problems.stream().map(MathProblem::id).toList());
        assertThat(report.items()).extracting(GradedItem::id).isEqualTo(seen);
    }

    @Test
    void givesTheSameReportHoweverManySequencesRunAtOnce() {
        List<MathProblem> problems = problems(17);
        AbReport one =
                run(new ScriptedModel(2, AbRunTest::doubling))
                        .run(problems, DOCUMENTS, false, item -> {});
        for (int atOnce : new int[] {3, 4, 16, 100}) {
            AbReport many =
                    run(new ScriptedModel(atOnce, AbRunTest::doubling))
                            .run(problems, DOCUMENTS, false, item -> {});
            assertThat(many).isEqualTo(one);
            assertThat(many.json()).isEqualTo(one.json());
        }
    }

    @Test
    void submitsAllArmsOfAnItemTogether() {
        ScriptedModel model = new ScriptedModel(6, AbRunTest::doubling);
        run(model).run(problems(2), List.of(), true, item -> {});
        assertThat(model.asked())
                .containsExactly(
                        "base 0",
                        "number-theory 0",
                        "base* 0",
                        "base 1",
                        "number-theory 1",
                        "base* 1");
    }

    @Test
    void exchangingTheArmsExchangesTheirColumns() {
        List<MathProblem> problems = problems(40);
        AbReport.SubjectResult there =
                run(new ScriptedModel(8, AbRunTest::doubling))
                        .run(problems, List.of(), false, item -> {})
                        .overall();
        Arm first = Fixtures.CANDIDATE;
        Arm second = Fixtures.BASELINE;
        AbReport.SubjectResult back =
                new AbRun(
                                Fixtures.suite(),
                                new ScriptedModel(8, AbRunTest::doubling),
                                first,
                                second)
                        .run(problems, List.of(), false, item -> {})
                        .overall();
        assertThat(there.onlyBaseline()).isNotEqualTo(there.onlyCandidate());
        assertThat(back.onlyBaseline()).isEqualTo(there.onlyCandidate());
        assertThat(back.onlyCandidate()).isEqualTo(there.onlyBaseline());
        assertThat(back.baseline()).isEqualTo(there.candidate());
        assertThat(back.difference()).isEqualTo(-there.difference());
        assertThat(back.mcnemarP()).isEqualTo(there.mcnemarP());
    }

    @Test
    void scoresTheControlTextOfBothArms() {
        ControlLoss loss =
                Objects.requireNonNull(
                        run(new ScriptedModel(4, AbRunTest::doubling))
                                .run(problems(1), DOCUMENTS, false, item -> {})
                                .controlText());
        assertThat(loss.documents()).isEqualTo(3);
        assertThat(loss.tokens()).isEqualTo(13 + 10 + 4);
        assertThat(loss.baseline()).isEqualTo("base".length());
        assertThat(loss.candidate()).isEqualTo("number-theory".length());
        assertThat(loss.difference()).isEqualTo(9);
        assertThat(loss.low()).isEqualTo(9);
        assertThat(loss.high()).isEqualTo(9);
        assertThat(loss.closedForm()).isEqualTo(new AbReport.Interval(9, 9));
    }

    @Test
    void comparesWhatMostOfSeveralSamplesSay() {
        Draws draws = new Draws(3, 1, 5);
        ScriptedModel model =
                new ScriptedModel(
                        8,
                        (arm, problem, sampling) ->
                                sampling.equals(draws.sampling("i" + problem, 0))
                                        ? new Completion("so \\boxed{-7}", 5, false)
                                        : doubling(arm, problem));
        List<SampledItem> items = new ArrayList<>();
        AbReport report =
                new AbRun(Fixtures.suite(), model, Fixtures.BASELINE, Fixtures.CANDIDATE, draws)
                        .run(problems(9), List.of(), false, items::add);
        AbReport greedy =
                run(new ScriptedModel(8, AbRunTest::doubling))
                        .run(problems(9), List.of(), false, item -> {});
        assertThat(report.overall().onlyBaseline()).isEqualTo(greedy.overall().onlyBaseline());
        assertThat(report.overall().onlyCandidate()).isEqualTo(greedy.overall().onlyCandidate());
        assertThat(items).hasSize(9).allMatch(item -> item.answers().size() == 6);
        assertThat(items.getLast().vote(0).votes()).isEqualTo(2);
        assertThat(items.getLast().of(1).getFirst().graded().correct()).isFalse();
    }

    @Test
    void stopsWithTheModelsFailure() {
        ScriptedModel model =
                new ScriptedModel(
                        4,
                        (arm, problem) -> {
                            throw new EvaluationException("out of memory at " + problem);
                        });
        assertThatThrownBy(() -> run(model).run(problems(3), List.of(), false, item -> {}))
                .isInstanceOf(EvaluationException.class)
                .hasMessage("out of memory at 0");
    }

    private static AbRun run(ScriptedModel model) {
        return new AbRun(Fixtures.suite(), model, Fixtures.BASELINE, Fixtures.CANDIDATE);
    }

    private static List<MathProblem> problems(int n) {
        return IntStream.range(0, n)
                .mapToObj(i ->
                        new MathProblem(
                                "i" + i,
                                Integer.toString(i),
                                "1",
                                i % 3 == 0 ? "Number Theory" : "Algebra",
                                "\\boxed{" + 2 * i + "}"))
                .toList();
    }

    /// The baseline is right on two items of three, the candidate on every even one.
    private static Completion doubling(Arm arm, String problem) {
        int i = Integer.parseInt(problem);
        boolean right = arm.name().equals("base") ? i % 3 != 0 : i % 2 == 0;
        return new Completion("so \\boxed{" + (right ? 2 * i : -1) + "}", 3 + i, false);
    }
}
