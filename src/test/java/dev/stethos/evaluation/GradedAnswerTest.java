package dev.stethos.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradedAnswerTest {
    private static final Suite VERIFY =
            Suite.parse(
                    Fixtures.SUITE.replace("equivalence: normalised", "equivalence: verify"),
                    "verify.yaml");
    private static final MathProblem HALF =
            new MathProblem("a", "1 / 2 ?", "1", "Algebra", "\\boxed{\\frac{1}{2}}");

    @Test
    void gradesBySuitesEquivalence() {
        assertThat(graded("so \\boxed{0.5}").correct()).isTrue();
        assertThat(graded("so \\boxed{0.6}").correct()).isFalse();
        assertThat(graded("so \\boxed{0.6}").undecided()).isFalse();
    }

    @Test
    void whatCannotBeDecidedIsWrongAndCountedApart() {
        GradedAnswer undecided = graded("so \\boxed{\\frac{1}{}}");
        assertThat(undecided.correct()).isFalse();
        assertThat(undecided.undecided()).isTrue();
        ArmScore score = ArmScore.of(List.of(undecided, graded("so \\boxed{0.5}"), graded("so")));
        assertThat(score.correct()).isEqualTo(1);
        assertThat(score.undecided()).isEqualTo(1 / 3.0);
        assertThat(score.parsable()).isEqualTo(2 / 3.0);
    }

    private static GradedAnswer graded(String text) {
        return GradedAnswer.of(VERIFY, HALF, new Completion(text, 5, false));
    }
}
