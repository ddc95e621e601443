package dev.stethos.evaluation.grading;

import java.util.regex.Pattern;

/// An answer without what only dresses it: dollar signs, boxes, a final full stop, and units or
/// currencies beside a number.
final class VerifyForm {
    private static final Pattern CURRENCY = Pattern.compile("\\\\?[$€£¥]");
    private static final Pattern END = Pattern.compile("[\\s.]+$");
    private static final Pattern UNIT =
            Pattern.compile(
                    "(?<=[\\d})])\\s*(?:square |cubic |sq\\.? ?)?(?:cm|mm|km|m|in|ft|yd|mi|kg|g|mg|lb|oz|s|sec|min|hr|h|mph"
                            + "|inch(?:es)?|foot|feet|yards?|miles?|(?:centi|milli|kilo)?met(?:er|re)s?"
                            + "|units?|degrees?|dollars?|cents?|seconds?|minutes?|hours?|days?|weeks?|months?|years?"
                            + "|grams?|kilograms?|pounds?|liters?|points?|students?|people|ways|sides|edges|digits)"
                            + "(?:/[a-z]+)?(?:\\s*\\^\\s*\\{?[23]}?)?$");
    private static final Pattern PERCENT = Pattern.compile("\\s*(?:percent|per cent)$");
    private static final Pattern ENTITY =
            Pattern.compile("\\\\(?:mathrm|text)\\{\\s*(?:percent|\\\\?%)\\s*}$");

    private VerifyForm() {}

    static String of(String answer) {
        String bare = CURRENCY.matcher(Boxes.reference(answer).orElse(answer)).replaceAll("");
        bare = END.matcher(bare).replaceAll("").strip();
        bare = ENTITY.matcher(bare).replaceAll("\\\\%");
        bare = PERCENT.matcher(bare).replaceAll("\\\\%");
        return UNIT.matcher(bare).replaceAll("").strip();
    }
}
