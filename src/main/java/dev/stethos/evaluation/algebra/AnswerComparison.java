package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.FiniteSet;
import dev.stethos.evaluation.algebra.Expression.Interval;
import dev.stethos.evaluation.algebra.Expression.Listing;
import dev.stethos.evaluation.algebra.Expression.Matrix;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import dev.stethos.evaluation.algebra.Expression.Union;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether an answer is the reference answer by Math-Verify's rules: sets and lists in any order
/// and each element once, tuples and matrices element by element, intervals by the numbers in them,
/// inequalities as the intervals that they describe. Not symmetric: of an answer that is an
/// equation its right side may be the reference, and of a reference `x = 5` the answer may be 5.
public final class AnswerComparison {
    private static final int MOST_ELEMENTS = 100;

    private final Equality equality;
    private final RelationComparison relations;

    /// @param limit how long the algebra may take over one element
    public AnswerComparison(Algebra algebra, Duration limit) {
        this.equality = new Equality(algebra, limit);
        this.relations = new RelationComparison(this, equality);
    }

    public Agreement compare(Expression reference, Expression answer) {
        Expression wanted = Equations.shortened(reference);
        Expression given = Equations.shortened(answer);
        if (Equations.isEquation(given) && !Equations.isEquation(wanted)) {
            given = Equations.lastSide(given);
        } else if (Equations.isAssignment(wanted) && !Equations.isEquation(given)) {
            wanted = Equations.lastSide(wanted);
        }
        if (wanted instanceof Relation r && isSeveral(given)) {
            wanted = Inequality.interval(r).orElse(wanted);
        }
        return same(wanted, given);
    }

    private Agreement same(Expression wanted, Expression given) {
        if (ExactValue.isUndefined(wanted) || ExactValue.isUndefined(given)) {
            return Agreement.DIFFERENT;
        }
        if (wanted.equals(given)) {
            return Agreement.SAME;
        }
        if (wanted instanceof Relation r && given instanceof Relation g) {
            return relations.compare(r, g);
        }
        if (isSeveral(wanted) || isSeveral(given)) {
            return several(wanted, given);
        }
        if (wanted instanceof Relation || given instanceof Relation) {
            return Agreement.DIFFERENT;
        }
        if (wanted instanceof Matrix || given instanceof Matrix) {
            return wanted instanceof Matrix w && given instanceof Matrix g
                    ? matrices(w, g)
                    : Agreement.DIFFERENT;
        }
        if (wanted instanceof Symbol s) {
            return named(s, given);
        }
        return given instanceof Symbol s ? named(s, wanted) : equality.of(wanted, given);
    }

    /// A symbol is the same as itself, as letters side by side that spell it, and as the exact number
    /// that it is; never as what else would have to be worked out.
    private static Agreement named(Symbol symbol, Expression other) {
        String spelled = ExactValue.of(other).map(AnswerComparison::digits).orElse(spelled(other));
        return symbol.name().equalsIgnoreCase(spelled) ? Agreement.SAME : Agreement.DIFFERENT;
    }

    private static String digits(Num n) {
        String quotient = n.isInteger() ? "" : "/" + n.denominator();
        return n.decimal() ? "?" : n.numerator() + quotient;
    }

    private static String spelled(Expression word) {
        StringBuilder spelled = new StringBuilder();
        for (Expression letter : word instanceof Product p ? p.factors() : List.of(word)) {
            switch (letter) {
                case Symbol s -> spelled.append(s.name());
                case Constant c -> spelled.append(c == Constant.INFINITY ? "?" : c.name());
                default -> spelled.append('?');
            }
        }
        return spelled.toString();
    }

    static boolean isSeveral(Expression e) {
        return e instanceof FiniteSet
                || e instanceof Listing
                || e instanceof Tuple
                || e instanceof Interval
                || e instanceof Union;
    }

    private Agreement several(Expression reference, Expression answer) {
        Expression wanted = rising(reference);
        Expression given = rising(answer);
        if (wanted instanceof Interval w && given instanceof Interval g) {
            boolean ends = w.holdsLow() == g.holdsLow() && w.holdsHigh() == g.holdsHigh();
            Agreement both = compare(w.low(), g.low()).and(compare(w.high(), g.high()));
            if (ends && both != Agreement.DIFFERENT) {
                return both;
            }
        }
        if (isContinuous(wanted) || isContinuous(given)) {
            return continuous(wanted, given);
        }
        if (wanted instanceof Tuple t) {
            return inOrder(t.elements(), elements(given));
        }
        List<Expression> others = given instanceof Tuple t ? t.elements() : distinct(elements(given));
        return anyOrder(distinct(elements(wanted)), others);
    }

    /// Square brackets around falling numbers do not stand for an interval.
    private static Expression rising(Expression e) {
        boolean falling =
                e instanceof Interval i
                        && i.holdsLow()
                        && i.holdsHigh()
                        && RealSet.end(i.high()) < RealSet.end(i.low());
        return falling && e instanceof Interval i ? new Tuple(List.of(i.low(), i.high())) : e;
    }

    private static boolean isContinuous(Expression e) {
        return e instanceof Interval || e instanceof Union;
    }

    private Agreement continuous(Expression wanted, Expression given) {
        Optional<RealSet> first = RealSet.of(wanted);
        Optional<RealSet> second = RealSet.of(given);
        if (first.isPresent() && second.isPresent()) {
            return first.get().isSame(second.get()) ? Agreement.SAME : Agreement.DIFFERENT;
        }
        return wanted instanceof Union w && given instanceof Union g
                ? anyOrder(w.parts(), g.parts())
                : Agreement.DIFFERENT;
    }

    private static List<Expression> elements(Expression e) {
        return switch (e) {
            case FiniteSet s -> s.elements();
            case Listing l -> l.elements();
            case Tuple t -> t.elements();
            default -> List.of(e);
        };
    }

    private List<Expression> distinct(List<Expression> elements) {
        List<Expression> distinct = new ArrayList<>();
        for (Expression element : elements.subList(0, Math.min(elements.size(), MOST_ELEMENTS))) {
            boolean known =
                    distinct.stream()
                            .anyMatch(
                                    other ->
                                            other.equals(element)
                                                    || ExactValue.areSame(other, element));
            if (!known) {
                distinct.add(element);
            }
        }
        return elements.size() > MOST_ELEMENTS ? elements : distinct;
    }

    private Agreement matrices(Matrix wanted, Matrix given) {
        if (wanted.rows().size() != given.rows().size()) {
            return Agreement.DIFFERENT;
        }
        Agreement all = Agreement.SAME;
        for (int row = 0; row < wanted.rows().size(); row++) {
            all = all.and(inOrder(wanted.rows().get(row), given.rows().get(row)));
        }
        return all;
    }

    /// Whether lists have the same elements at the same places.
    Agreement inOrder(List<Expression> wanted, List<Expression> given) {
        if (wanted.size() != given.size()) {
            return Agreement.DIFFERENT;
        }
        Agreement all = Agreement.SAME;
        for (int element = 0; element < wanted.size(); element++) {
            all = all.and(compare(wanted.get(element), given.get(element)));
            if (all == Agreement.DIFFERENT) {
                return all;
            }
        }
        return all;
    }

    /// Pairs every wanted element with another given one.
    private Agreement anyOrder(List<Expression> wanted, List<Expression> given) {
        if (wanted.size() != given.size()) {
            return Agreement.DIFFERENT;
        }
        if (wanted.size() > MOST_ELEMENTS) {
            return Agreement.UNDECIDED;
        }
        List<Expression> left = new ArrayList<>(given);
        Agreement all = Agreement.SAME;
        for (Expression element : wanted) {
            Agreement best = Agreement.DIFFERENT;
            int partner = -1;
            for (int i = 0; i < left.size() && best != Agreement.SAME; i++) {
                Agreement here = compare(element, left.get(i));
                if (here != Agreement.DIFFERENT) {
                    best = here;
                    partner = i;
                }
            }
            if (partner < 0) {
                return Agreement.DIFFERENT;
            }
            left.remove(partner);
            all = all.and(best);
        }
        return all;
    }
}
