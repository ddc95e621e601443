package dev.stethos.evaluation.latex;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place among the tokens that SymPy's LaTeX grammar knows: single digits and letters, `d` with
/// what follows it, commands, signs. Looking at a sign that it does not know ends the reading.
final class HarnessTokens {
    static final String END = "";
    private static final int MOST_STEPS = 20_000;
    private static final String UNKNOWN = "\0";
    private static final Pattern PIECE =
            Pattern.compile(
                    "(?<skipped>[ \\t\\r\\n]+|\\\\[,:;!*./\"(=-])"
                            + "|\\\\(?:left|right)\\|"
                            + "|\\\\[A-Za-z]+|\\\\[{}]"
                            + "|d[ \\t\\r\\n]*(?:[A-Za-z]|\\\\[A-Za-z]+)"
                            + "|[A-Za-z0-9+*/()\\[\\]{}|_^:<>!=,.'-]"
                            + "|(?<unknown>.)",
                    Pattern.DOTALL);
    private static final Set<String> SKIPPED =
            Set.of(
                    "\\thinspace",
                    "\\medspace",
                    "\\thickspace",
                    "\\quad",
                    "\\qquad",
                    "\\negthinspace",
                    "\\negmedspace",
                    "\\negthickspace",
                    "\\left",
                    "\\right",
                    "\\vrule",
                    "\\vcenter",
                    "\\vbox",
                    "\\vskip",
                    "\\vspace",
                    "\\hfil");

    private final List<String> tokens = new ArrayList<>();
    private int at;
    private int steps;

    HarnessTokens(String latex) {
        Matcher piece = PIECE.matcher(latex.strip());
        while (piece.find()) {
            if (piece.group("unknown") != null) {
                tokens.add(UNKNOWN);
            } else if (piece.group("skipped") == null && !SKIPPED.contains(piece.group())) {
                tokens.add(piece.group());
            }
        }
        tokens.add(END);
    }

    int mark() {
        return at;
    }

    void backTo(int mark) {
        at = mark;
    }

    String peek() {
        return peek(0);
    }

    String peek(int ahead) {
        if (++steps > MOST_STEPS) {
            throw new UnreadableException("more than " + MOST_STEPS + " steps");
        }
        String token = tokens.get(Math.min(at + ahead, tokens.size() - 1));
        if (token.equals(UNKNOWN)) {
            throw new UnreadableException("an unknown sign at " + (at + ahead));
        }
        return token;
    }

    String next() {
        String token = peek();
        if (token.equals(END)) {
            throw new DeadEndException(END);
        }
        at++;
        return token;
    }

    boolean accept(String token) {
        boolean there = peek().equals(token);
        if (there) {
            at++;
        }
        return there;
    }

    void expect(String token) {
        if (!accept(token)) {
            throw new DeadEndException(token);
        }
    }

    /// What is left, as one text.
    String rest() {
        String rest = String.join(" ", tokens.subList(at, tokens.size() - 1));
        at = tokens.size() - 1;
        return rest;
    }

    boolean seesDigit(int ahead) {
        String token = peek(ahead);
        return token.length() == 1 && Character.isDigit(token.charAt(0));
    }

    static boolean isLetter(String token) {
        return token.length() == 1 && Character.isLetter(token.charAt(0));
    }

    static boolean isCommand(String token) {
        return token.length() > 1
                && token.charAt(0) == '\\'
                && Character.isLetter(token.charAt(1))
                && !token.endsWith("|");
    }

    static boolean isDifferential(String token) {
        return token.length() > 1 && token.charAt(0) == 'd';
    }
}
