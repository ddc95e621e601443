package dev.stethos.evaluation.latex;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of LaTeX: a number, a letter, a command with its backslash, text, or a sign.
record LatexToken(Kind kind, String text) {

    enum Kind {
        NUMBER,
        LETTER,
        COMMAND,
        TEXT,
        SIGN,
        END
    }

    private static final Set<String> IGNORED =
            Set.of(
                    "\\left",
                    "\\right",
                    "\\big",
                    "\\Big",
                    "\\bigl",
                    "\\bigr",
                    "\\Bigl",
                    "\\Bigr",
                    "\\bigg",
                    "\\Bigg",
                    "\\displaystyle",
                    "\\textstyle",
                    "\\limits",
                    "\\quad",
                    "\\qquad",
                    "\\!",
                    "\\,",
                    "\\;",
                    "\\:",
                    "\\ ",
                    "\\$",
                    "\\mathstrut",
                    "\\rm",
                    "\\bf",
                    "\\middle");
    private static final Pattern PIECE =
            Pattern.compile(
                    "(?<blank>[\\s~$]+)"
                            + "|\\\\(?:text|textbf|textit|textrm|mathrm|mbox|operatorname|hbox)\\*?\\s*\\{(?<text>[^{}]*)}"
                            + "|(?<number>\\d{1,3}(?:(?:,\\\\!|,|\\{,}|\\\\,)\\d{3})+(?!\\d)(?:\\.\\d+)?|\\d+(?:\\.\\d+)?|\\.\\d+)"
                            + "|(?<environment>\\\\(?:begin|end)\\s*\\{[a-z]*matrix}(?:\\{[^{}]*})?)"
                            + "|(?<command>\\\\(?:[A-Za-z]+|.))"
                            + "|(?<letter>[A-Za-z\\u03b1-\\u03c9])"
                            + "|(?<sign>.)",
                    Pattern.DOTALL);
    private static final Pattern SEPARATOR = Pattern.compile("[^\\d.]");

    /// The tokens that matter, an END after them.
    static List<LatexToken> all(String latex) {
        List<LatexToken> tokens = new ArrayList<>();
        Matcher piece = PIECE.matcher(latex);
        while (piece.find()) {
            add(tokens, piece);
        }
        tokens.add(new LatexToken(Kind.END, ""));
        return tokens;
    }

    private static void add(List<LatexToken> tokens, Matcher piece) {
        if (piece.group("text") != null) {
            tokens.add(new LatexToken(Kind.TEXT, piece.group("text").strip()));
        } else if (piece.group("number") != null) {
            String digits = SEPARATOR.matcher(piece.group("number")).replaceAll("");
            tokens.add(new LatexToken(Kind.NUMBER, digits));
        } else if (piece.group("environment") != null) {
            String name = piece.group("environment").startsWith("\\b") ? "\\begin" : "\\end";
            tokens.add(new LatexToken(Kind.COMMAND, name));
        } else if (piece.group("command") != null) {
            if (!IGNORED.contains(piece.group("command"))) {
                tokens.add(new LatexToken(Kind.COMMAND, piece.group("command")));
            }
        } else if (piece.group("letter") != null) {
            tokens.add(new LatexToken(Kind.LETTER, piece.group("letter")));
        } else if (piece.group("sign") != null) {
            tokens.add(new LatexToken(Kind.SIGN, piece.group("sign")));
        }
    }

    boolean is(String sign) {
        return kind != Kind.TEXT && text.equals(sign);
    }
}
