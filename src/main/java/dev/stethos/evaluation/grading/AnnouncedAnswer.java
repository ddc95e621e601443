package dev.stethos.evaluation.grading;

import dev.stethos.evaluation.latex.AnswerParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The answer that a text announces most clearly: after "final answer is ... I hope", then in a box
/// or after "final answer is", then after "answer:", then after "answer", then any formula or
/// number. Of equally clear ones the last that can be read counts; where none can, the first that
/// was looked at.
///
/// The order is that of huggingface/Math-Verify's parser.
final class AnnouncedAnswer {
    private static final int LONGEST_TEXT = 60_000;
    private static final String FORMULA =
            "(?:\\$\\$(?<display>[^$]{1,1000})\\$\\$"
                    + "|\\\\\\[(?<bracket>(?:[^\\\\]|\\\\(?!])){1,1000})\\\\]"
                    + "|(?<![\\\\\\d])\\$(?<inline>(?:\\\\\\$|[^\\n$]){1,1000})\\$"
                    + "|\\\\\\((?<paren>(?:[^\\\\\\n]|\\\\(?!\\))){1,1000})\\\\\\))";
    private static final String NUMBER =
            "(?<![\\w.\\\\^{])[$€£¥]?(?<number>-?(?:\\d{1,3}(?:,\\d{3})+(?!\\d)(?:\\.\\d+)?"
                    + "|\\d+(?:\\.\\d+)?(?:\\s*[-+*/^]\\s*\\d+(?:\\.\\d+)?){0,20}|\\.\\d+))";
    private static final String EITHER =
            "(?:" + FORMULA + "|" + NUMBER + ")(?<percent>\\s*(?:\\\\?%|[Pp]ercent))?";
    private static final List<String> GROUPS =
            List.of("display", "bracket", "inline", "paren", "number");
    private static final List<List<Pattern>> BY_PRIORITY =
            List.of(
                    List.of(announced("(?i:final answer is):?\\s*ANSWER\\.?\\s?I hope")),
                    List.of(announced("(?i:final answer)(?s:.{0,100}?)\\s+is:?\\s*ANSWER")),
                    List.of(announced("(?i:answer):(?s:.{0,50}?)ANSWER")),
                    List.of(announced("(?i:answer)(?s:.{0,50}?)ANSWER")),
                    List.of(announced("ANSWER")));
    private static final int BOXES = 1;

    private AnnouncedAnswer() {}

    private static Pattern announced(String where) {
        return Pattern.compile(where.replace("ANSWER", EITHER));
    }

    static Optional<String> find(String text) {
        String end = text.substring(Math.max(0, text.length() - LONGEST_TEXT));
        Optional<String> fallback = Optional.empty();
        for (int priority = 0; priority < BY_PRIORITY.size(); priority++) {
            for (String candidate : candidates(end, priority)) {
                if (AnswerParser.parse(candidate).isPresent()) {
                    return Optional.of(candidate);
                }
                fallback = fallback.or(() -> Optional.of(candidate));
            }
        }
        return fallback;
    }

    /// Of one priority, the one that ends last first.
    private static List<String> candidates(String text, int priority) {
        List<Candidate> found = new ArrayList<>();
        for (Pattern pattern : BY_PRIORITY.get(priority)) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                found.add(new Candidate(matcher.end(), content(matcher)));
            }
        }
        if (priority == BOXES) {
            int box = text.lastIndexOf(Boxes.BOXED);
            Boxes.reference(text)
                    .ifPresent(
                            content -> found.add(new Candidate(box + content.length(), content)));
        }
        return found.stream()
                .sorted(Comparator.comparingInt(Candidate::end).reversed())
                .map(Candidate::text)
                .toList();
    }

    private static String content(Matcher matcher) {
        for (String group : GROUPS) {
            String content = matcher.group(group);
            if (content != null) {
                String unboxed = Boxes.reference(content).orElse(content).strip();
                return matcher.group("percent") == null ? unboxed : unboxed + "\\%";
            }
        }
        return matcher.group();
    }

    private record Candidate(int end, String text) {}
}
