package dev.stethos.evaluation.grading;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The form that answers are brought to before they are compared as text in the way of the MATH
/// data set's authors; nothing for a text that their steps stumble on: units twice, a root or
/// fraction at the end, a quotient of what is not whole numbers.
///
/// D. Hendrycks et al., "Measuring mathematical problem solving with the MATH dataset", 2021.
final class HendrycksForm {
    private static final String UNITS = "\\text{ ";
    private static final Pattern BARE_ROOT = Pattern.compile("\\\\sqrt([^{])");
    private static final Pattern BARE_FRACTION =
            Pattern.compile("\\\\frac([^{])(?:\\{|([^{]))", Pattern.DOTALL);
    private static final Pattern QUOTIENT =
            Pattern.compile("(-?[1-9]\\d*|0)/(-?[1-9]\\d*|0)");

    private static final Pattern WHOLE_NUMBERS = Pattern.compile("[+-]?\\d+/[+-]?\\d+");
    private static final Pattern ENDLESS_ROOT = Pattern.compile("\\\\sqrt(?=\\\\sqrt|$)");
    private static final Pattern ENDLESS_FRACTION = Pattern.compile("\\\\frac(?=\\\\frac|$)");

    private HendrycksForm() {}

    static Optional<String> of(String answer) {
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
        int units = form.indexOf(UNITS);
        if (units != form.lastIndexOf(UNITS)) {
            return Optional.empty();
        }
        form = (units < 0 ? form : form.substring(0, units)).replace("\\%", "");
        form = form.replace(" .", " 0.").replace("{.", "{0.");
        if (form.startsWith(".")) {
            form = "0" + form;
        }
        form = withoutName(form);
        if (ENDLESS_ROOT.matcher(form).find()) {
            return Optional.empty();
        }
        form = BARE_ROOT.matcher(form).replaceAll("\\\\sqrt{$1}").replace(" ", "");
        if (ENDLESS_FRACTION.matcher(form).find()) {
            return Optional.empty();
        }
        form = fractions(form);
        return form.equals("0.5") ? Optional.of("\\frac{1}{2}") : quotient(form);
    }

    private static Optional<String> quotient(String form) {
        if (form.indexOf('/') < 0 || form.indexOf('/') != form.lastIndexOf('/')) {
            return Optional.of(form);
        }
        Matcher quotient = QUOTIENT.matcher(form);
        if (!quotient.matches()) {
            return WHOLE_NUMBERS.matcher(form).matches() ? Optional.of(form) : Optional.empty();
        }
        return Optional.of("\\frac{%s}{%s}".formatted(quotient.group(1), quotient.group(2)));
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
