package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.FiniteSet;
import dev.stethos.evaluation.algebra.Expression.Interval;
import dev.stethos.evaluation.algebra.Expression.Listing;
import dev.stethos.evaluation.algebra.Expression.Matrix;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import dev.stethos.evaluation.algebra.Expression.Union;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads an answer: one expression, or several as a list, set, tuple, interval, union, matrix or
/// chain of comparisons. Text that is too long or too deep is not read.
public final class AnswerParser {
    private static final int LONGEST = 2000;
    private static final Map<String, String> SIGNS =
            Map.ofEntries(
                    Map.entry("=", "="),
                    Map.entry("<", "<"),
                    Map.entry("\\lt", "<"),
                    Map.entry(">", ">"),
                    Map.entry("\\gt", ">"),
                    Map.entry("\\le", "<="),
                    Map.entry("\\leq", "<="),
                    Map.entry("\\leqslant", "<="),
                    Map.entry("≤", "<="),
                    Map.entry("\\ge", ">="),
                    Map.entry("\\geq", ">="),
                    Map.entry("\\geqslant", ">="),
                    Map.entry("≥", ">="),
                    Map.entry("\\ne", "!="),
                    Map.entry("\\neq", "!="),
                    Map.entry("\\approx", "="),
                    Map.entry("\\in", "in"));
    private static final Set<String> SEPARATORS = Set.of(",", ";");
    private static final Set<String> ENDS_ELEMENT =
            Set.of(",", ";", ")", "]", "}", "\\}", "\\cup", "&", "\\\\", "\\end");

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
        at.accept(".");
        if (!at.ended()) {
            throw new UnreadableException("\"" + at.peek().text() + "\"");
        }
        return answer;
    }

    private Expression listing() {
        List<Expression> elements = new ArrayList<>();
        do {
            elements.add(relation());
        } while (separated());
        return elements.size() == 1 ? elements.getFirst() : new Listing(elements);
    }

    private boolean separated() {
        boolean separated = false;
        while (at.acceptAny(SEPARATORS) || conjunction()) {
            separated = true;
        }
        return separated;
    }

    private boolean conjunction() {
        boolean there = LatexNames.isConjunction(at.peek());
        if (there) {
            at.next();
        }
        return there;
    }

    private Expression relation() {
        List<Expression> sides = new ArrayList<>(List.of(union()));
        List<String> signs = new ArrayList<>();
        while (at.sees(SIGNS.keySet())) {
            signs.add(SIGNS.getOrDefault(at.next().text(), "="));
            sides.add(union());
        }
        return signs.isEmpty() ? sides.getFirst() : new Relation(sides, signs);
    }

    private Expression union() {
        List<Expression> parts = new ArrayList<>(List.of(element()));
        while (at.accept("\\cup")) {
            parts.add(element());
        }
        return parts.size() == 1 ? parts.getFirst() : new Union(parts);
    }

    /// A bracket with several elements where one stands, else a sum.
    private Expression element() {
        TokenCursor.Mark start = at.mark();
        Optional<Expression> group = group();
        boolean whole =
                at.ended()
                        || at.sees(ENDS_ELEMENT)
                        || at.sees(SIGNS.keySet())
                        || at.peek().is(".")
                        || LatexNames.isConjunction(at.peek());
        if (group.isPresent() && whole) {
            return group.get();
        }
        at.backTo(start);
        if (at.accept("\\pm")) {
            Expression either = scalars.sum();
            return new Listing(List.of(either, Expression.negative(either)));
        }
        Expression first = scalars.sum();
        if (at.accept("\\pm")) {
            Expression second = scalars.sum();
            return new Listing(
                    List.of(
                            new Expression.Sum(List.of(first, second)),
                            Expression.difference(first, second)));
        }
        return first;
    }

    private Optional<Expression> group() {
        at.descend();
        Optional<Expression> group = Optional.empty();
        try {
            if (at.accept("\\begin")) {
                group = Optional.of(matrix());
            } else if (at.accept("\\{")) {
                group = Optional.of(new FiniteSet(elements("\\}")));
            } else if (at.accept("\\emptyset") || at.accept("\\varnothing")) {
                group = Optional.of(new FiniteSet(List.of()));
            } else if (at.accept("(")) {
                group = between(false);
            } else if (at.accept("[")) {
                group = between(true);
            }
        } catch (UnreadableException e) {
            return Optional.empty();
        }
        at.ascend();
        return group;
    }

    /// A tuple or interval, its opening bracket read; nothing for a single expression.
    private Optional<Expression> between(boolean square) {
        List<Expression> elements = elements(null);
        boolean closedBySquare = at.accept("]");
        if (!closedBySquare) {
            at.expect(")");
        }
        if (elements.size() == 2 && (square || closedBySquare)) {
            return Optional.of(
                    new Interval(elements.get(0), elements.get(1), square, closedBySquare));
        }
        return elements.size() < 2 ? Optional.empty() : Optional.of(new Tuple(elements));
    }

    /// @param close the bracket to read at the end, null to leave it
    private List<Expression> elements(@Nullable String close) {
        List<Expression> elements = new ArrayList<>();
        if (close != null && at.accept(close)) {
            return elements;
        }
        do {
            elements.add(relation());
        } while (separated());
        if (close != null) {
            at.expect(close);
        }
        return elements;
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
