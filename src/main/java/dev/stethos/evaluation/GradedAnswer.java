package dev.stethos.evaluation;

import dev.stethos.evaluation.algebra.Agreement;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One arm's answer to one item, graded. An answer that cannot be extracted is wrong.
///
/// @param answer as extracted, null when the text holds none
/// @param undecided whether it could not be told if the answer is right; it counts as wrong
/// @param truncated whether the token limit cut the text
/// @param unworked whether the text begins with the box, without any working before it
public record GradedAnswer(
        String text,
        @Nullable String answer,
        boolean correct,
        boolean undecided,
        boolean truncated,
        boolean unworked,
        int tokens) {

    /// Grades what an arm generated for a problem.
    public static GradedAnswer of(
            Suite suite, MathProblem problem, TextModel.Completion completion) {
        Optional<String> answer = suite.extraction().extract(completion.text());
        Agreement agreement =
                answer.map(given -> suite.equivalence().compare(problem.answer(), given))
                        .orElse(Agreement.DIFFERENT);
        return new GradedAnswer(
                completion.text(),
                answer.orElse(null),
                agreement == Agreement.SAME,
                agreement == Agreement.UNDECIDED,
                completion.truncated(),
                completion.text().stripLeading().startsWith("\\boxed"),
                completion.tokens());
    }
}
