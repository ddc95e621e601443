package dev.stethos.evaluation.grading;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The form that answers are brought to before they are compared as text in the way of the MATH
/// data set's authors.
///
/// D. Hendrycks et al., "Measuring mathematical problem solving with the MATH dataset", 2021.
final class HendrycksForm {
    private static final String UNITS = "\\text{ ";
    private static final Pattern BARE_ROOT = Pattern.compile("\\\\sqrt([^{])");
    private static final Pattern BARE_FRACTION =
            Pattern.compile("\\\\frac([^{])(?:\\{|([^{]))", Pattern.DOTALL);
    private static final Pattern QUOTIENT =
            Pattern.compile("(-?(?:0|[1-9]\\d{0,17}))/(-?(?:0|[1-9]\\d{0,17}))");

    private HendrycksForm() {}

    static String of(String answer) {
        String form =
                answer.replace("\n", "")
                        .replace("\\!", "")
                        .replace("\\\\", "\\")
                        .replace("tfrac", "frac")
                        .replace("dfrac", "frac")
                        .replace("\\left", "")
                        .replace("\\right", "")
                        .replace("^{\\circ}", "")
                        .replace("^\\circ", "")
                        .replace("\\$", "");
        form = withoutUnits(form).replace("\\%", "");
        form = form.replace(" .", " 0.").replace("{.", "{0.");
        if (form.startsWith(".")) {
            form = "0" + form;
        }
        form = withoutName(form);
        form = BARE_ROOT.matcher(form).replaceAll("\\\\sqrt{$1}").replace(" ", "");
        form = fractions(form);
        if (form.equals("0.5")) {
            return "\\frac{1}{2}";
        }
        Matcher quotient = QUOTIENT.matcher(form);
        return quotient.matches()
                ? "\\frac{%s}{%s}".formatted(quotient.group(1), quotient.group(2))
                : form;
    }

    private static String withoutUnits(String form) {
        int at = form.indexOf(UNITS);
        boolean once = at >= 0 && at == form.lastIndexOf(UNITS);
        return once ? form.substring(0, at) : form;
    }

    /// `x=5` as `5`, where what stands before the only equals sign has two characters at most.
    private static String withoutName(String form) {
        int at = form.indexOf('=');
        boolean once = at >= 0 && at == form.lastIndexOf('=');
        return once && at <= 2 ? form.substring(at + 1) : form;
    }

    /// Braces around arguments that are single characters.
    private static String fractions(String form) {
        Matcher bare = BARE_FRACTION.matcher(form);
        StringBuilder braced = new StringBuilder();
        while (bare.find()) {
            String rest = bare.group(2) == null ? "{" : "{" + bare.group(2) + "}";
            bare.appendReplacement(
                    braced, Matcher.quoteReplacement("\\frac{" + bare.group(1) + "}" + rest));
        }
        return bare.appendTail(braced).toString();
    }
}
