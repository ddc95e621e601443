package dev.stethos.evaluation.grading;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Finds what LaTeX puts into boxes.
final class Boxes {
    static final String BOXED = "\\boxed";
    private static final String FBOX = "\\fbox";
    private static final int PLAIN_BRACE = -1;

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
