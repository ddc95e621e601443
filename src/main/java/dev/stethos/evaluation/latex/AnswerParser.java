package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.FiniteSet;
import dev.stethos.evaluation.algebra.Expression.Interval;
import dev.stethos.evaluation.algebra.Expression.Listing;
import dev.stethos.evaluation.algebra.Expression.Matrix;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import dev.stethos.evaluation.algebra.Expression.Union;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads an answer as Math-Verify's grammar does: one expression, or several as a list, set, tuple,
/// interval, union, matrix or chain of comparisons. Letters are the same small or capital, a
/// number's base and degrees do not count, words are symbols. Text that is too long or too deep is
/// not read.
public final class AnswerParser {
    private static final int LONGEST = 2000;
    private static final Set<String> APPROXIMATELY = Set.of("\\approx", "≈");
    private static final Set<String> EITHER = Set.of("\\pm", "\\mp", "±", "∓");
    private static final Set<String> UNITED = Set.of("\\cup", "∪");
    private static final Set<String> EMPTY = Set.of("\\emptyset", "\\varnothing", "∅");
    private static final String REALS = "\\mathbb{R}";
    private static final Set<String> SEPARATORS = Set.of(",", ";");
    private static final Set<String> ENDS_ELEMENT =
            Set.of(
                    ",", ";", ")", "]", "}", "\\}", "\\rbrace", "\\cup", "∪", "&", "\\\\", "\\end");

    private static final Expression REAL_LINE =
            new Tuple(
                    List.of(
                            Expression.negative(Expression.Constant.INFINITY),
                            Expression.Constant.INFINITY));

    private final TokenCursor at;
    private final LatexParser scalars;

    private AnswerParser(String latex) {
        this.at = new TokenCursor(latex);
        this.scalars = new LatexParser(at);
    }

    /// The answer, or nothing when it cannot be read.
    public static Optional<Expression> parse(String latex) {
        if (latex.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AnswerParser(latex).whole());
        } catch (UnreadableException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private Expression whole() {
        Expression answer = listing();
        if (!at.ended()) {
            throw new UnreadableException("\"" + at.peek().text() + "\"");
        }
        return answer;
    }

    private Expression listing() {
        List<Expression> elements = elements();
        if (elements.size() == 1) {
            return elements.getFirst();
        }
        boolean valuesOfFirst =
                elements.getFirst() instanceof Relation r
                        && (r.signs().equals(List.of("=")) || r.signs().equals(List.of("in")))
                        && elements.stream().skip(1).noneMatch(Relation.class::isInstance);
        if (valuesOfFirst && elements.getFirst() instanceof Relation first) {
            List<Expression> values = new ArrayList<>(elements);
            values.set(0, first.sides().getLast());
            return new Relation(
                    List.of(first.sides().getFirst(), new Listing(values)), first.signs());
        }
        return new Listing(elements);
    }

    private List<Expression> elements() {
        List<Expression> elements = new ArrayList<>();
        do {
            elements.add(relation());
            if (elements.getLast() instanceof Listing both) {
                elements.removeLast();
                elements.addAll(both.elements());
            }
        } while (at.acceptAny(SEPARATORS));
        return elements;
    }

    /// Of what is approximately something else, what stands before; of a letter, the value.
    private Expression relation() {
        List<Expression> sides = new ArrayList<>(List.of(union()));
        List<String> signs = new ArrayList<>();
        while (at.sees(LatexNames.RELATIONS.keySet()) || at.sees(APPROXIMATELY)) {
            if (at.acceptAny(APPROXIMATELY)) {
                Expression value = union();
                if (signs.isEmpty() && sides.getFirst() instanceof Symbol) {
                    sides.set(0, value);
                }
            } else {
                signs.add(LatexNames.RELATIONS.getOrDefault(at.next().text(), "="));
                sides.add(union());
            }
        }
        if (signs.size() > 1 && signs.contains("in")) {
            throw new UnreadableException("a chain of sets");
        }
        return signs.isEmpty() ? sides.getFirst() : new Relation(sides, signs);
    }

    private Expression union() {
        List<Expression> parts = new ArrayList<>(List.of(element()));
        while (at.acceptAny(UNITED)) {
            parts.add(element());
        }
        return parts.size() == 1 ? parts.getFirst() : new Union(parts);
    }

    /// A bracket with several elements where one stands, else a sum or two.
    private Expression element() {
        TokenCursor.Mark start = at.mark();
        Optional<Expression> group = group();
        boolean whole =
                at.ended()
                        || at.sees(ENDS_ELEMENT)
                        || at.sees(LatexNames.RELATIONS.keySet())
                        || at.sees(APPROXIMATELY);
        if (group.isPresent() && whole) {
            return group.get();
        }
        at.backTo(start);
        if (at.acceptAny(EITHER)) {
            Expression either = scalars.sum();
            return new Listing(List.of(either, Expression.negative(either)));
        }
        Expression first = scalars.sum();
        if (!at.acceptAny(EITHER)) {
            return first;
        }
        Expression second = scalars.sum();
        return new Listing(
                List.of(
                        new Expression.Sum(List.of(first, second)),
                        Expression.difference(first, second)));
    }

    private Optional<Expression> group() {
        at.descend();
        Optional<Expression> group = Optional.empty();
        try {
            if (at.accept("\\begin")) {
                group = Optional.of(matrix());
            } else if (at.accept("\\{")) {
                group = Optional.of(set("\\}"));
            } else if (at.accept("\\lbrace")) {
                group = Optional.of(set("\\rbrace"));
            } else if (at.accept("{")) {
                group = Optional.of(set("}"));
            } else if (at.acceptAny(EMPTY)) {
                group = Optional.of(new FiniteSet(List.of()));
            } else if (at.acceptAccent(REALS)) {
                group = Optional.of(REAL_LINE);
            } else if (at.accept("(")) {
                group = between(false);
            } else if (at.accept("[") || at.accept("\\lbrack")) {
                group = between(true);
            }
        } catch (UnreadableException e) {
            return Optional.empty();
        }
        at.ascend();
        return group;
    }

    private Expression set(String close) {
        if (at.accept(close)) {
            return new FiniteSet(List.of());
        }
        List<Expression> elements = elements();
        at.expect(close);
        return new FiniteSet(elements);
    }

    /// A tuple or interval, its opening bracket read; a single expression as itself.
    private Optional<Expression> between(boolean square) {
        List<Expression> elements = new ArrayList<>();
        boolean semicolon = false;
        do {
            elements.add(relation());
            semicolon |= at.peek().is(";");
        } while (at.acceptAny(SEPARATORS));
        boolean closedBySquare = at.accept("]") || at.accept("\\rbrack");
        if (!closedBySquare) {
            at.expect(")");
        }
        if (semicolon && square != closedBySquare) {
            throw new UnreadableException("a semicolon in an interval");
        }
        if (elements.size() == 2 && (square || closedBySquare) && !semicolon) {
            return Optional.of(
                    new Interval(elements.get(0), elements.get(1), square, closedBySquare));
        }
        return Optional.of(elements.size() < 2 ? elements.getFirst() : new Tuple(elements));
    }

    private Matrix matrix() {
        List<List<Expression>> rows = new ArrayList<>();
        do {
            if (at.peek().is("\\end")) {
                break;
            }
            List<Expression> row = new ArrayList<>();
            do {
                row.add(relation());
            } while (at.accept("&"));
            rows.add(row);
        } while (at.accept("\\\\"));
        at.expect("\\end");
        return new Matrix(rows);
    }
}
