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
        ACCENT,
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
                    "\\mathstrut",
                    "\\rm",
                    "\\bf",
                    "\\middle");
    private static final String ACCENTS =
            "(?:overline|bar|vec|overrightarrow|hat|tilde|widetilde|boldsymbol|bm|math[a-z]+)";
    private static final Pattern PIECE =
            Pattern.compile(
                    "(?<blank>\\s+)"
                            + "|\\\\(?:text|mbox)\\s?\\{(?<text>(?:\\\\}|[^}])*)}"
                            + "|(?<accent>\\\\"
                            + ACCENTS
                            + "\\s?\\{[^}]*})"
                            + "|(?<number>(?:\\d*\\.\\d+|\\d+)(?:E[+-]?\\d+)?)"
                            + "|(?<environment>\\\\(?:begin|end)\\s*\\{(?:[pb]?matrix|array)}(?:\\{[clr]*})?)"
                            + "|(?<command>\\\\(?:[A-Za-z]+|.))"
                            + "|(?<letter>[A-Za-z\\u0391-\\u03c9])"
                            + "|(?<sign><=|>=|!=|.)",
                    Pattern.DOTALL);
    private static final Pattern SAME_ACCENT = Pattern.compile("overline(?=\\{)");
    private static final Pattern BLANK_OR_BRACKET = Pattern.compile("[ ()]");

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
            String text = BLANK_OR_BRACKET.matcher(piece.group("text")).replaceAll("");
            tokens.add(new LatexToken(Kind.TEXT, text.startsWith("\\") ? text.substring(1) : text));
        } else if (piece.group("accent") != null) {
            String accent = BLANK_OR_BRACKET.matcher(piece.group("accent")).replaceAll("");
            tokens.add(new LatexToken(Kind.ACCENT, SAME_ACCENT.matcher(accent).replaceAll("bar")));
        } else if (piece.group("number") != null) {
            tokens.add(new LatexToken(Kind.NUMBER, piece.group("number")));
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
        return kind != Kind.TEXT && kind != Kind.ACCENT && text.equals(sign);
    }
}
