package dev.stethos.evaluation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// How the final answer is found in a solution's text.
public enum AnswerExtraction {

    /// The content of the last complete `\boxed{..}`: braces balance, escaped braces do not count,
    /// blanks may stand before the opening brace.
    BOXED;

    private static final String BOX = "\\boxed";
    private static final int PLAIN_BRACE = -1;

    /// The answer as it is written, or nothing when there is none.
    public Optional<String> extract(String text) {
        return switch (this) {
            case BOXED -> lastBox(text);
        };
    }

    private static Optional<String> lastBox(String text) {
        Deque<Integer> open = new ArrayDeque<>();
        int lastStart = -1;
        int lastEnd = -1;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\') {
                int content = boxContent(text, at);
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
    private static int boxContent(String text, int backslash) {
        if (!text.startsWith(BOX, backslash)) {
            return -1;
        }
        int brace = backslash + BOX.length();
        while (brace < text.length() && Character.isWhitespace(text.charAt(brace))) {
            brace++;
        }
        return brace < text.length() && text.charAt(brace) == '{' ? brace + 1 : -1;
    }
}
