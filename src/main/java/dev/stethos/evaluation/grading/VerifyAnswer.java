package dev.stethos.evaluation.grading;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.latex.AnswerParser;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An answer read by Math-Verify's rules: all of it, or the last side of a chain of equations, or
/// the last number in it.
///
/// @param form as text, to compare what cannot be read
/// @param expression null when nothing in it can be read
record VerifyAnswer(String form, @Nullable Expression expression) {
    private static final Pattern EQUALS = Pattern.compile("(?<![\\\\<!>])=");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "(?:\\s|=)(-?(?:[1-9]\\d{0,2}(?:[ ,]\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?|\\.\\d+)"
                            + "(?:\\s*\\\\?%)?)");

    private static final Pattern SEPARATOR = Pattern.compile("[ ,](?=\\d{3})");
    private static final Pattern CALCULUS = Pattern.compile("\\\\(?:sum|prod|int|lim)(?![a-z])");

    static VerifyAnswer of(String answer) {
        String form = VerifyForm.of(answer);
        Optional<Expression> whole = whole(form);
        return new VerifyAnswer(form, whole.or(() -> number(answer)).orElse(null));
    }

    /// All of a form, or the last side of a chain of equations.
    static Optional<Expression> whole(String form) {
        Optional<Expression> whole = AnswerParser.parse(form);
        if (whole.isPresent() || form.contains(",") || form.contains(";")) {
            return whole;
        }
        String[] sides = EQUALS.split(form, -1);
        return sides.length > 2 ? AnswerParser.parse(sides[sides.length - 1]) : whole;
    }

    private static Optional<Expression> number(String answer) {
        if (CALCULUS.matcher(answer).find()) {
            return Optional.empty();
        }
        Matcher number = NUMBER.matcher(answer);
        String last = "";
        while (number.find()) {
            last = number.group(1);
        }
        return AnswerParser.parse(SEPARATOR.matcher(last).replaceAll(""));
    }
}
