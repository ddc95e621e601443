package dev.stethos.evaluation.grading;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The form that an answer is brought to before it is read by Math-Verify's rules: without boxes,
/// sizes of brackets, dollar signs, quotation marks and the unit at its end; `and` and `or` as
/// commas, percent as a sign, short fractions and roots with braces; the order of the steps is part
/// of it.
final class VerifyForm {
    private record Rewrite(Pattern pattern, String after) {
        static Rewrite of(String regex, String after) {
            return new Rewrite(Pattern.compile(regex), after);
        }
    }

    private static final List<Rewrite> DRESS =
            List.of(
                    Rewrite.of("\\\\mathrm\\{([Td])}", "$1"),
                    Rewrite.of("\\\\m?(?:left|right)(?=[\\\\{}|\\[\\]()])", ""),
                    Rewrite.of(
                            "\\\\mathrm\\{th}|\\\\!\\s*|\\\\text\\s*\\{\\s*}|\\\\?\\$"
                                    + "|(?<!\\\\)[\"']|\\\\displaystyle",
                            ""));

    /// Of these the first that fits a place is taken, and what it leaves is not looked at again.
    private static final List<Rewrite> WORDS =
            List.of(
                    Rewrite.of("\\\\math(?:rm|it|bf)", "\\text"),
                    Rewrite.of("\\\\text(?:normal|bf|it|rm)", "\\text"),
                    Rewrite.of("\\\\[dtc]frac", "\\frac"),
                    Rewrite.of("\\s\\.", " 0."),
                    Rewrite.of("\\{\\.", "{0."),
                    Rewrite.of("~=", "\\approx"),
                    Rewrite.of("\\s*\\{\\s*,\\s*}", ","),
                    Rewrite.of("(?<![a-zA-Z]),?\\s*(?:and|or)(?![a-zA-Z])", ","),
                    Rewrite.of(",?\\s*\\\\text\\{\\s*(?:and|or)\\s*}", ","),
                    Rewrite.of("(?<!\\\\)\\\\\\s", " "),
                    Rewrite.of("infinity", "\\infty"),
                    Rewrite.of(",?\\\\ldots", " "),
                    Rewrite.of("\\s*percent(?:age)?|\\s*pct", "\\%"),
                    Rewrite.of("\\\\text\\{(?:percent(?:age)?|pct)}", "\\%"),
                    Rewrite.of(" sqrt", "\\sqrt"));
    private static final Pattern WORD = oneOf(WORDS);
    private static final Pattern DOUBLE_BACKSLASH = Pattern.compile("\\\\\\\\(?=[a-zA-Z])");
    private static final Pattern TEXT_AT_END =
            Pattern.compile("\\\\(?:text|mbox)\\{.*?}(?:\\^\\d|\\{\\^\\d})?$");
    private static final String UNITS =
            "feet|digit|pound|meal|edge|student|children ticket|multiple|east|degree|mph|kmph|ft"
                    + "|m square|m east|sq m|deg|mile|monkey|prime|ratio|rd|o|gm|lb|tile|per|dm|lt"
                    + "|gain|ab|way|west|t|h|no change|men|soldier|pie|bc|excess|st|inches|noon|cent|by"
                    + "|gal|kmh|c|acre|rise|th|sq|mark|l|toy|coin|gallon|° f|profit|yr|women|am|pm|hr"
                    + "|cu cm|square|are|rupee|rounds|cubic|cc|mtr|s|ohm|number|day|hour|minute|min"
                    + "|second|man|woman|sec|cube|mt|sq inch|mp|hectare|more|unit|cm 2|rs|kg|g|month|km"
                    + "|m|cm|mm|apple|liter|loss|yard|pure|year|increase|decrease|d|less|Surface|litre"
                    + "|metre|meter|inch";
    private static final Pattern UNIT_AT_END =
            Pattern.compile("(\\d|}|\\s)\\s*(?:" + UNITS + ")(?:e?s)?\\s*$");
    private static final List<Rewrite> SHORT =
            List.of(
                    Rewrite.of("^\\.", "0."),
                    Rewrite.of("^\\\\\\((.*)\\\\\\)$", "$1"),
                    Rewrite.of("\\^\\s?\\((.*?)\\)", "^{$1}"),
                    Rewrite.of("\\\\?sqrt\\s?\\((.*?)\\)", "\\\\sqrt{$1}"),
                    Rewrite.of("\\\\frac\\s?(\\d)\\s?(\\d+)", "\\\\frac{$1}{$2}"),
                    Rewrite.of("\\\\log_\\s?(\\d)\\s?(\\d+)", "\\\\log_{$1}{$2}"),
                    Rewrite.of("\\\\sqrt\\s?(\\d)", "\\\\sqrt{$1}"),
                    Rewrite.of("(?<=\\d)\\\\,(?=\\d{3}(?!\\d))", ""));
    private static final Pattern GROUPED_NUMBER =
            Pattern.compile("(?:.*=)?\\s*-?\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?\\s*(?:\\\\?%)?\\s*");

    private VerifyForm() {}

    static String of(String answer) {
        String form = Boxes.contents(Boxes.BOXED + "{" + answer + "}", false);
        for (Rewrite rewrite : DRESS) {
            form = rewrite.pattern().matcher(form).replaceAll(rewrite.after());
        }
        form = WORD.matcher(form).replaceAll(VerifyForm::after);
        form = form.replace('\n', ' ').replace('\t', ' ');
        if (!form.contains("matrix")) {
            form = DOUBLE_BACKSLASH.matcher(form).replaceAll("\\\\");
        }
        form = orKept(form, TEXT_AT_END.matcher(form).replaceFirst("").strip());
        for (int words = 0; words < 2; words++) {
            form = orKept(form, UNIT_AT_END.matcher(form).replaceFirst("$1"));
        }
        for (Rewrite rewrite : SHORT) {
            form = rewrite.pattern().matcher(form).replaceAll(rewrite.after());
        }
        if (GROUPED_NUMBER.matcher(form).matches()) {
            form = form.replace(",", "");
        }
        return form.strip();
    }

    private static String orKept(String form, String shorter) {
        return shorter.isEmpty() ? form : shorter;
    }

    private static Pattern oneOf(List<Rewrite> rewrites) {
        List<String> groups =
                rewrites.stream().map(rewrite -> "(" + rewrite.pattern().pattern() + ")").toList();
        return Pattern.compile(String.join("|", groups));
    }

    private static String after(MatchResult match) {
        int group = 1;
        while (match.group(group) == null) {
            group++;
        }
        return Matcher.quoteReplacement(WORDS.get(group - 1).after());
    }
}
