package dev.stethos.evaluation.grading;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds what LaTeX puts into boxes.
final class Boxes {
    static final String BOXED = "\\boxed";
    private static final String FBOX = "\\fbox";
    private static final int PLAIN_BRACE = -1;
    private static final int NEAR = 10;
    private static final int JOINED = 70;
    private static final Pattern SEPARATOR = Pattern.compile("and|or|,|;");

    private Boxes() {}

    /// What a MATH solution boxes: in braces, or after a blank up to the next dollar sign.
    static Optional<String> reference(String text) {
        int at = text.lastIndexOf(BOXED);
        if (at >= 0 && text.startsWith(" ", at + BOXED.length())) {
            String rest = text.substring(at + BOXED.length()).stripLeading();
            if (!rest.isEmpty() && rest.charAt(0) != '{') {
                int end = rest.indexOf('$');
                return Optional.of(end < 0 ? rest : rest.substring(0, end));
            }
        }
        return last(text, BOXED).or(() -> last(text, FBOX));
    }

    /// The content of the last complete box of a command.
    static Optional<String> last(String text, String command) {
        Deque<Integer> open = new ArrayDeque<>();
        int lastStart = -1;
        int lastEnd = -1;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                int content = content(text, at, command);
                if (content >= 0) {
                    open.push(content);
                }
                at = content >= 0 ? content : at + 2;
                continue;
            }
            if (c == '{') {
                open.push(PLAIN_BRACE);
            } else if (c == '}' && !open.isEmpty()) {
                int start = open.pop();
                if (start > lastStart) {
                    lastStart = start;
                    lastEnd = at;
                }
            }
            at++;
        }
        return lastStart < 0 ? Optional.empty() : Optional.of(text.substring(lastStart, lastEnd));
    }

    /// The contents of all boxes with commas between them, or the text itself without one. Of
    /// nested ones the inner counts; what is not closed goes to the end.
    ///
    /// @param lastOnly whether boxes count only up to the first wide gap before the last one
    static String contents(String text, boolean lastOnly) {
        List<String> contents = new ArrayList<>();
        int from = text.length();
        int next = -1;
        while (from > 0) {
            int boxed = text.lastIndexOf(BOXED, from - 1);
            int fbox = text.lastIndexOf(FBOX, from - 1);
            int box = Math.max(boxed, fbox);
            if (box < 0) {
                break;
            }
            int limit = next < 0 ? text.length() : next;
            int open = box + (boxed > fbox ? BOXED : FBOX).length();
            while (open < limit && Character.isWhitespace(text.charAt(open))) {
                open++;
            }
            int close = open < limit ? closing(text, open, limit) : -1;
            if (close < 0) {
                if (contents.isEmpty() && open < limit) {
                    contents.add(text.substring(open));
                }
                break;
            }
            String content = text.substring(open + 1, close).strip();
            if (lastOnly && next >= 0 && isApart(content, contents, text.substring(close + 1, next))) {
                break;
            }
            contents.add(content);
            next = box;
            from = box;
        }
        return contents.isEmpty() ? text : String.join(",", contents.reversed());
    }

    /// Where the brace closes that opens there, or -1.
    private static int closing(String text, int open, int limit) {
        if (text.charAt(open) != '{') {
            return -1;
        }
        int depth = 0;
        for (int at = open; at < limit; at++) {
            depth += text.charAt(at) == '{' ? 1 : text.charAt(at) == '}' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isApart(String content, List<String> contents, String between) {
        boolean near = between.length() < NEAR;
        boolean joined =
                !content.equals(contents.getLast())
                        && between.length() < JOINED
                        && SEPARATOR.matcher(between).find();
        return !near && !joined;
    }

    /// Where the content of a box begins that opens at this backslash, or -1.
    private static int content(String text, int backslash, String command) {
        if (!text.startsWith(command, backslash)) {
            return -1;
        }
        int brace = backslash + command.length();
        while (brace < text.length() && Character.isWhitespace(text.charAt(brace))) {
            brace++;
        }
        return brace < text.length() && text.charAt(brace) == '{' ? brace + 1 : -1;
    }
}
