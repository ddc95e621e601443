package dev.stethos.evaluation.grading;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The answer that a text announces most clearly: after "final answer is ... I hope", then in a box
/// or after "final answer is", then after "answer:", then after "answer", then any formula or
/// number. Of equally clear ones the last that can be read counts; where something is announced or
/// boxed but cannot be read, that is the answer rather than a number elsewhere. Formulas joined by
/// "and", "or" or a comma are one answer.
///
/// The order is that of huggingface/Math-Verify's parser.
final class AnnouncedAnswer {
    private static final int LONGEST_TEXT = 60_000;
    private static final int LONGEST_ANSWER = 5_000;
    private static final int MOST_JOINED = 5;
    private static final List<String> KINDS =
            List.of("display", "bracket", "inline", "paren", "square", "fraction");
    private static final String FORMULAS = formulas(false);
    private static final String BEFORE = "(?:^|\\s|=)(?:\\*\\*)?";
    private static final String SIGNS = "+\\-*×/^()÷";
    private static final String EXPRESSION =
            "(?:" + BEFORE + "(?<expr>-?\\(?-?\\d[\\d.\\s" + SIGNS + "]{0,100}[" + SIGNS + "][\\d.\\s"
                    + SIGNS + "]{1,100}\\)?)(?:\\*\\*)?(?:[.,:)$]|\\s|$))";
    private static final String NUMBER =
            "(?:"
                    + BEFORE
                    + "[$€£¥₹₽₩₿]?(?<!\\d)(?:(?<grouped>-?[1-9]\\d{0,2}(?:[ ,]\\d{3})+)(?<tail>\\.\\d+)?"
                    + "|(?<whole>-?\\d+[.,]\\d+|\\.\\d+|-?\\d+))"
                    + "(?<percent>\\s*(?:%|[Pp]ercent|[Pp]ct))?)";
    private static final String VALUE = "(?:" + EXPRESSION + "|" + NUMBER + ")";
    private static final String BEHIND_EQUALS = "(?:.{0,100}=\\s*|.{0,50}?)" + VALUE + "(?!\\s*=)";

    private static final Pattern BOXED_FORMULAS = inText(formulas(true));

    /// Patterns that are equally clear.
    private static final List<List<Pattern>> BY_CLEARNESS =
            List.of(
                    List.of(
                            inText("(?i:final answer is):?\\s*" + FORMULAS + "\\.?\\s?I hope"),
                            inLine("(?i:final answer is):?\\s*" + VALUE + "\\.?\\s?I hope")),
                    List.of(
                            inText("(?i:final answer).{0,100}?\\s+is:?\\s*" + FORMULAS),
                            inLine("(?i:final answer).{0,100}?\\s+is:?" + VALUE),
                            BOXED_FORMULAS),
                    List.of(
                            inText("(?i:answer):.{0,50}?" + FORMULAS),
                            inLine("(?i:answer):" + BEHIND_EQUALS)),
                    List.of(
                            inText("(?i:answer).{0,50}?" + FORMULAS),
                            inLine("(?i:answer)" + BEHIND_EQUALS)),
                    List.of(inText(FORMULAS), inLine(EXPRESSION), inLine(NUMBER)));
    private static final Pattern FULL_STOP = Pattern.compile("(?<=\\d)\\.$");
    private static final int BOXES = 1;
    private static final int ANYWHERE = 4;

    private AnnouncedAnswer() {}

    private static Pattern inText(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    private static Pattern inLine(String regex) {
        return Pattern.compile(regex, Pattern.UNIX_LINES);
    }

    /// One formula and up to five joined to it; the groups of each are named by its number.
    private static String formulas(boolean boxed) {
        StringBuilder joined = new StringBuilder(formula(0, boxed));
        for (int next = 1; next <= MOST_JOINED; next++) {
            joined.append("(?:\\s*(?:,?and|,?or|,)\\s*").append(formula(next, boxed)).append(")?");
        }
        return "(?:" + joined + ")";
    }

    private static String formula(int number, boolean boxed) {
        String forms =
                "(?<!\\\\)\\$\\$DOLLARS(?<display>[^$]{1,1000})(?<!\\\\)\\$\\$"
                        + "|(?<!\\\\)\\\\\\[BRACKETS(?<bracket>(?:[^\\\\]|\\\\(?!])){1,1000}?)\\\\]"
                        + "|(?<![\\\\\\d])\\$LINE(?<inline>(?:\\\\\\$|[^\\n$]){1,1000}?)(?<!\\\\)\\$"
                        + "|(?<!\\\\)\\\\\\(PAREN(?<paren>(?:[^\\\\\\n]|\\\\(?!\\))){1,1000}?)\\\\\\)"
                        + "|\\s\\[(?<square>[^\\n\\]\\[]{1,1000})]\\s"
                        + "|(?<fraction>-?\\\\frac\\{-?\\d+(?:[.,]\\d+)?}\\{-?\\d+(?:[.,]\\d+)?})";
        if (boxed) {
            forms = forms.substring(0, forms.indexOf("|\\s\\["));
        }
        String named = forms;
        for (String kind : KINDS) {
            named = named.replace("(?<" + kind + ">", "(?<" + kind + number + ">");
        }
        return ("(?:" + named + ")\\s*(?<percent" + number + ">\\\\?%|[Pp]ercent|[Pp]ct)?")
                .replace("DOLLARS", boxed ? "(?=[^$]*\\\\boxed\\{)" : "")
                .replace("BRACKETS", boxed ? "(?=(?:(?!\\\\]).){0,1000}\\\\boxed\\{)" : "")
                .replace("LINE", boxed ? "(?=[^\\n$]*\\\\boxed\\{)" : "")
                .replace("PAREN", boxed ? "(?=(?:(?!\\\\\\))[^\\n]){0,1000}\\\\boxed\\{)" : "");
    }

    static Optional<String> find(String text) {
        String end = text.substring(Math.max(0, text.length() - LONGEST_TEXT));
        List<Candidate> unreadable = new ArrayList<>();
        Optional<String> first = Optional.empty();
        for (int clearness = 0; clearness < BY_CLEARNESS.size(); clearness++) {
            if (clearness == ANYWHERE && !unreadable.isEmpty()) {
                break;
            }
            for (Candidate candidate : candidates(end, clearness)) {
                if (unreadable.stream().anyMatch(candidate::overlaps)) {
                    continue;
                }
                if (isReadable(candidate.text())) {
                    return Optional.of(candidate.text());
                }
                first = first.or(() -> Optional.of(candidate.text()));
                if (candidate.formula()) {
                    unreadable.add(candidate);
                }
            }
        }
        return first;
    }

    private static boolean isReadable(String candidate) {
        return candidate.length() <= LONGEST_ANSWER
                && VerifyAnswer.whole(VerifyForm.of(candidate)).isPresent();
    }

    /// The one that ends last first, of those that end together the longest.
    private static List<Candidate> candidates(String text, int clearness) {
        List<Candidate> found = new ArrayList<>();
        int box = text.indexOf(Boxes.BOXED + "{");
        for (Pattern pattern : BY_CLEARNESS.get(clearness)) {
            if (box < 0 && pattern == BOXED_FORMULAS) {
                continue;
            }
            boolean formulas = pattern.pattern().contains("<inline0>");
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                String answer = formulas ? formulas(matcher) : value(matcher);
                found.add(new Candidate(matcher.start(), matcher.end(), answer, formulas));
            }
        }
        int last = text.lastIndexOf('}') + 1;
        if (clearness == BOXES && box >= 0 && last > box) {
            String boxes = Boxes.contents(text.substring(box, last), true);
            found.add(new Candidate(box, last, boxes, true));
        }
        return found.stream()
                .sorted(
                        Comparator.comparingInt(Candidate::end)
                                .reversed()
                                .thenComparingInt(Candidate::start))
                .toList();
    }

    /// The formulas' contents; the first alone where one of them cannot be read.
    private static String formulas(Matcher matcher) {
        List<String> contents = new ArrayList<>();
        for (int number = 0; number <= MOST_JOINED; number++) {
            for (String kind : KINDS) {
                String group = kind + number;
                if (matcher.namedGroups().containsKey(group) && matcher.group(group) != null) {
                    String content = Boxes.contents(matcher.group(group), false).strip();
                    boolean percent = matcher.group("percent" + number) != null;
                    contents.add(percent ? content + "\\%" : content);
                }
            }
        }
        boolean joined = contents.size() > 1 && contents.stream().allMatch(c -> isReadable(c));
        return joined ? String.join(" and ", contents) : contents.getFirst();
    }

    private static String value(Matcher matcher) {
        if (has(matcher, "expr")) {
            return FULL_STOP.matcher(matcher.group("expr").strip()).replaceFirst("");
        }
        String number =
                has(matcher, "grouped")
                        ? matcher.group("grouped").replaceAll("[ ,]", "")
                                + (has(matcher, "tail") ? matcher.group("tail") : "")
                        : matcher.group("whole").replace(',', '.');
        return has(matcher, "percent") ? number + "\\%" : number;
    }

    private static boolean has(Matcher matcher, String group) {
        return matcher.namedGroups().containsKey(group) && matcher.group(group) != null;
    }

    private record Candidate(int start, int end, String text, boolean formula) {
        boolean overlaps(Candidate other) {
            return start < other.end && other.start < end;
        }
    }
}
