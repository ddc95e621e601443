package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.latex.LatexToken.Kind;
import java.util.List;
import java.util.Set;

/// A place in a row of tokens, and how deep the reader has descended there.
final class TokenCursor {
    private static final int MAX_TOKENS = 600;
    private static final int MAX_DEPTH = 64;

    private final List<LatexToken> tokens;
    private int at;
    private int depth;

    TokenCursor(String latex) {
        this.tokens = LatexToken.all(latex);
        if (tokens.size() > MAX_TOKENS) {
            throw new UnreadableException("more than " + MAX_TOKENS + " tokens");
        }
    }

    record Mark(int at, int depth) {}

    Mark mark() {
        return new Mark(at, depth);
    }

    void backTo(Mark mark) {
        at = mark.at();
        depth = mark.depth();
    }

    void descend() {
        if (++depth > MAX_DEPTH) {
            throw new UnreadableException("more than " + MAX_DEPTH + " levels");
        }
    }

    void ascend() {
        depth--;
    }

    LatexToken peek() {
        return tokens.get(at);
    }

    boolean ended() {
        return peek().kind() == Kind.END;
    }

    LatexToken next() {
        return ended() ? peek() : tokens.get(at++);
    }

    /// The first digit of a number; what follows it stays to be read. A number that begins with its
    /// point is taken whole.
    LatexToken nextDigit() {
        LatexToken number = peek();
        if (number.text().length() == 1 || number.text().startsWith(".")) {
            return next();
        }
        tokens.set(at, new LatexToken(Kind.NUMBER, number.text().substring(1)));
        return new LatexToken(Kind.NUMBER, number.text().substring(0, 1));
    }

    boolean sees(Set<String> signs) {
        return peek().kind() != Kind.TEXT
                && peek().kind() != Kind.ACCENT
                && signs.contains(peek().text());
    }

    boolean accept(String sign) {
        boolean there = peek().is(sign);
        if (there) {
            at++;
        }
        return there;
    }

    boolean acceptAccent(String accent) {
        boolean there = peek().kind() == Kind.ACCENT && peek().text().equals(accent);
        if (there) {
            at++;
        }
        return there;
    }

    boolean acceptAny(Set<String> signs) {
        boolean there = sees(signs);
        if (there) {
            at++;
        }
        return there;
    }

    void expect(String sign) {
        if (!accept(sign)) {
            throw new UnreadableException(sign + " is missing before \"" + peek().text() + "\"");
        }
    }
}
