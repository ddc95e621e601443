package dev.stethos.evaluation;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One arm's answer to one item, graded. An answer that cannot be extracted is wrong.
///
/// @param answer as extracted, null when the text holds none
/// @param truncated whether the token limit cut the text
/// @param unworked whether the text begins with the box, without any working before it
public record GradedAnswer(
        String text,
        @Nullable String answer,
        boolean correct,
        boolean truncated,
        boolean unworked,
        int tokens) {

    /// Grades what an arm generated for a problem.
    public static GradedAnswer of(
            Suite suite, MathProblem problem, TextModel.Completion completion) {
        Optional<String> answer = suite.extraction().extract(completion.text());
        boolean correct =
                answer.isPresent()
                        && suite.equivalence().equivalent(problem.answer(), answer.get());
        return new GradedAnswer(
                completion.text(),
                answer.orElse(null),
                correct,
                completion.truncated(),
                completion.text().stripLeading().startsWith("\\boxed"),
                completion.tokens());
    }
}
