package dev.stethos.evaluation.grading;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the final answer is found in a solution's text.
public enum AnswerExtraction {

    /// The content of the last complete `\boxed{..}`: braces balance, escaped braces do not count,
    /// blanks may stand before the opening brace.
    BOXED,

    /// As MATH's own solutions hold it: [#BOXED], or `\boxed 5` up to the next dollar sign, or a
    /// complete `\fbox{..}`.
    REFERENCE,

    /// What follows the first `Final Answer: The final answer is` on its line, as
    /// lm-evaluation-harness' `minerva_math` looks for it.
    MINERVA,

    /// What lies between the first and the last dollar sign, else the whole text, as
    /// lm-evaluation-harness' `hendrycks_math` does.
    HENDRYCKS,

    /// The most clearly announced formula or number that can be read, as Math-Verify looks for it.
    VERIFY;

    private static final String MINERVA_END = "I hope it is correct.";
    private static final Pattern MINERVA_ANSWER =
            Pattern.compile(
                    "Final Answer: The final answer is(.*?). I hope it is correct.",
                    Pattern.UNIX_LINES);

    /// The answer as it is written, or nothing when there is none.
    public Optional<String> extract(String text) {
        return switch (this) {
            case BOXED -> Boxes.last(text, Boxes.BOXED);
            case REFERENCE -> Boxes.reference(text);
            case MINERVA -> minerva(text);
            case HENDRYCKS -> Optional.of(betweenDollars(text));
            case VERIFY -> AnnouncedAnswer.find(text);
        };
    }

    private static Optional<String> minerva(String text) {
        Matcher announced = MINERVA_ANSWER.matcher(text + MINERVA_END);
        return announced.find() ? Optional.of(announced.group(1).strip()) : Optional.empty();
    }

    private static String betweenDollars(String text) {
        int first = text.indexOf('$');
        int last = text.lastIndexOf('$');
        return first < last ? text.substring(first + 1, last) : text;
    }
}
