package dev.stethos.evaluation.suite;

import dev.stethos.evaluation.grading.AnswerExtraction;
import java.util.Locale;

/// One item of a math suite in the shape of the MATH data set: the problem's text, its level and
/// type, and a worked solution that holds the answer in a `\boxed{..}`. The id is unique in its
/// suite.
///
/// D. Hendrycks et al., "Measuring mathematical problem solving with the MATH dataset", 2021.
public record MathProblem(String id, String problem, String level, String type, String solution) {

    public MathProblem {
        require(!id.isBlank(), "id", "blank", "some text");
        require(!problem.isBlank(), "problem", "blank", "some text");
        require(!subjectOf(type).isEmpty(), "type", "\"" + type + "\"", "a subject's name");
        require(
                holdsAnswer(solution),
                "solution",
                "text without an answer",
                "text with a complete \\boxed{..}");
    }

    /// The type as one word, the way data sets name it: `number_theory` for "Number Theory".
    public String subject() {
        return subjectOf(type);
    }

    /// The reference answer as the solution writes it.
    public String answer() {
        return AnswerExtraction.REFERENCE.extract(solution).orElseThrow();
    }

    static boolean holdsAnswer(String solution) {
        return AnswerExtraction.REFERENCE.extract(solution).isPresent();
    }

    /// Any spelling of a subject (`Number Theory`, `number-theory`) as one word.
    public static String subjectOf(String spelling) {
        String words =
                spelling.toLowerCase(Locale.ROOT)
                        .replace("&", " and ")
                        .replaceAll("[^a-z0-9]+", " ")
                        .strip();
        return words.replace(' ', '_');
    }

    private static void require(boolean holds, String field, String given, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: %s was given, allowed is %s".formatted(field, given, allowed));
        }
    }
}
