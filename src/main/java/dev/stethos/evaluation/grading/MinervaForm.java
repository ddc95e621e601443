package dev.stethos.evaluation.grading;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The form that answers are brought to before they are compared in Minerva's way; the order of the
/// steps is part of it.
///
/// A. Lewkowycz et al., "Solving quantitative reasoning problems with language models", 2022,
/// appendix D.
final class MinervaForm {
    private record Step(String before, String after) {}

    private record Rewrite(Pattern pattern, String after) {
        static Rewrite of(String regex, String after) {
            return new Rewrite(Pattern.compile(regex, Pattern.UNIX_LINES), after);
        }
    }

    private static final List<Step> SUBSTITUTIONS =
            List.of(
                    new Step("an ", ""),
                    new Step("a ", ""),
                    new Step(".$", "$"),
                    new Step("\\$", ""),
                    new Step("\\ ", ""),
                    new Step(" ", ""),
                    new Step("mbox", "text"),
                    new Step(",\\text{and}", ","),
                    new Step("\\text{and}", ","),
                    new Step("\\text{m}", "\\text{}"));
    private static final List<String> DELETIONS =
            List.of(
                    "square",
                    "ways",
                    "integers",
                    "dollars",
                    "mph",
                    "inches",
                    "ft",
                    "hours",
                    "km",
                    "units",
                    "\\ldots",
                    "sue",
                    "points",
                    "feet",
                    "minutes",
                    "digits",
                    "cents",
                    "degrees",
                    "cm",
                    "gm",
                    "pounds",
                    "meters",
                    "meals",
                    "edges",
                    "students",
                    "childrentickets",
                    "multiples",
                    "\\text{s}",
                    "\\text{.}",
                    "\\text{\ns}",
                    "\\text{}^2",
                    "\\text{}^3",
                    "\\text{\n}",
                    "\\text{}",
                    "\\mathrm{th}",
                    "^\\circ",
                    "^{\\circ}",
                    "\\;",
                    ",\\!",
                    "{,}",
                    "\"",
                    "\\dots");
    private static final List<Rewrite> REWRITES =
            List.of(
                    Rewrite.of("(.*?)\\$(.*?)\\$(.*)", "\\$$2\\$"),
                    Rewrite.of("\\\\text\\{(.*?)}", "$1"),
                    Rewrite.of("\\\\textbf\\{(.*?)}", "$1"),
                    Rewrite.of("\\\\overline\\{(.*?)}", "$1"),
                    Rewrite.of("\\\\boxed\\{(.*)}", "$1"),
                    Rewrite.of("frac([^{])(.)", "frac{$1}{$2}"),
                    Rewrite.of("sqrt([^{])", "sqrt{$1}"));

    private MinervaForm() {}

    static String of(String answer) {
        String form = answer.substring(answer.lastIndexOf('=') + 1);
        for (Step step : SUBSTITUTIONS) {
            form = form.replace(step.before(), step.after());
        }
        for (String deleted : DELETIONS) {
            form = form.replace(deleted, "");
        }
        for (Rewrite rewrite : REWRITES) {
            Matcher matcher = rewrite.pattern().matcher(form);
            form = matcher.replaceAll(rewrite.after());
        }
        form = form.replace("$", "");
        String digits = form.replace(",", "");
        boolean number = !digits.isEmpty() && digits.chars().allMatch(Character::isDigit);
        return number ? digits : form;
    }
}
