package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.FiniteSet;
import dev.stethos.evaluation.algebra.Expression.Interval;
import dev.stethos.evaluation.algebra.Expression.Listing;
import dev.stethos.evaluation.algebra.Expression.Matrix;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import dev.stethos.evaluation.algebra.Expression.Union;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether an answer is the reference answer: sets and lists in any order, tuples and matrices
/// element by element, inequalities as the intervals that they describe. Not symmetric: of an
/// answer that is an equation its right side may be the reference, and of a reference `x = 5` the
/// answer may be 5.
public final class AnswerComparison {
    private static final int MOST_ELEMENTS = 100;

    private final Equality equality;

    /// @param limit how long the algebra may take over one element
    public AnswerComparison(Algebra algebra, Duration limit) {
        this.equality = new Equality(algebra, limit);
    }

    public Agreement compare(Expression reference, Expression answer) {
        Expression wanted =
                isAssignment(reference) && !isEquation(answer) ? lastSide(reference) : reference;
        Expression given = isEquation(answer) && !isEquation(wanted) ? lastSide(answer) : answer;
        if (wanted instanceof Relation r && !(given instanceof Relation)) {
            Optional<Expression> set = Inequality.interval(r);
            return set.isPresent() ? same(set.get(), given) : Agreement.DIFFERENT;
        }
        return same(wanted, given);
    }

    private Agreement same(Expression wanted, Expression given) {
        return switch (wanted) {
            case Relation r -> given instanceof Relation g ? relations(r, g) : Agreement.DIFFERENT;
            case FiniteSet s ->
                    s.elements().size() == 1 && !isSeveral(given)
                            ? same(s.elements().getFirst(), given)
                            : anyOrder(s.elements(), unordered(given));
            case Listing l ->
                    given instanceof Tuple t
                            ? inOrder(l.elements(), t.elements())
                            : anyOrder(l.elements(), unordered(given));
            case Tuple t -> tuple(t, given);
            case Interval i -> given instanceof Interval g ? intervals(i, g) : Agreement.DIFFERENT;
            case Union u ->
                    anyOrder(
                            u.parts(),
                            given instanceof Union g ? Optional.of(g.parts()) : Optional.empty());
            case Matrix m -> given instanceof Matrix g ? matrices(m, g) : Agreement.DIFFERENT;
            default -> single(wanted, given);
        };
    }

    private Agreement single(Expression wanted, Expression given) {
        if (given instanceof FiniteSet s && s.elements().size() == 1) {
            return same(wanted, s.elements().getFirst());
        }
        return isSeveral(given) || given instanceof Relation
                ? Agreement.DIFFERENT
                : equality.of(wanted, given);
    }

    private static boolean isSeveral(Expression e) {
        return e instanceof FiniteSet
                || e instanceof Listing
                || e instanceof Tuple
                || e instanceof Interval
                || e instanceof Union
                || e instanceof Matrix;
    }

    private static Optional<List<Expression>> unordered(Expression e) {
        return switch (e) {
            case FiniteSet s -> Optional.of(s.elements());
            case Listing l -> Optional.of(l.elements());
            default -> Optional.empty();
        };
    }

    private Agreement tuple(Tuple wanted, Expression given) {
        return switch (given) {
            case Tuple t -> inOrder(wanted.elements(), t.elements());
            case Listing l -> inOrder(wanted.elements(), l.elements());
            default -> Agreement.DIFFERENT;
        };
    }

    private Agreement intervals(Interval wanted, Interval given) {
        boolean ends =
                wanted.holdsLow() == given.holdsLow() && wanted.holdsHigh() == given.holdsHigh();
        return ends
                ? same(wanted.low(), given.low()).and(same(wanted.high(), given.high()))
                : Agreement.DIFFERENT;
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

    private Agreement inOrder(List<Expression> wanted, List<Expression> given) {
        if (wanted.size() != given.size()) {
            return Agreement.DIFFERENT;
        }
        Agreement all = Agreement.SAME;
        for (int element = 0; element < wanted.size(); element++) {
            all = all.and(same(wanted.get(element), given.get(element)));
            if (all == Agreement.DIFFERENT) {
                return all;
            }
        }
        return all;
    }

    /// Pairs every wanted element with another given one.
    private Agreement anyOrder(List<Expression> wanted, Optional<List<Expression>> given) {
        if (given.isEmpty() || wanted.size() != given.get().size()) {
            return Agreement.DIFFERENT;
        }
        if (wanted.size() > MOST_ELEMENTS) {
            return Agreement.UNDECIDED;
        }
        List<Expression> left = new ArrayList<>(given.get());
        Agreement all = Agreement.SAME;
        for (Expression element : wanted) {
            Agreement best = Agreement.DIFFERENT;
            int partner = -1;
            for (int i = 0; i < left.size() && best != Agreement.SAME; i++) {
                Agreement here = same(element, left.get(i));
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

    /// The same comparison of the same sides, or the same read from right to left; an equation also
    /// when both say that the same difference is zero.
    private Agreement relations(Relation wanted, Relation given) {
        Agreement straight =
                wanted.signs().equals(given.signs())
                        ? inOrder(wanted.sides(), given.sides())
                        : Agreement.DIFFERENT;
        List<String> turned = given.signs().reversed().stream().map(Inequality::turn).toList();
        Agreement reversed =
                wanted.signs().equals(turned)
                        ? inOrder(wanted.sides(), given.sides().reversed())
                        : Agreement.DIFFERENT;
        return straight.or(reversed).or(equations(wanted, given));
    }

    private Agreement equations(Relation wanted, Relation given) {
        if (!wanted.signs().equals(List.of("=")) || !given.signs().equals(List.of("="))) {
            return Agreement.DIFFERENT;
        }
        Expression first = Expression.difference(wanted.sides().get(0), wanted.sides().get(1));
        Expression second = Expression.difference(given.sides().get(0), given.sides().get(1));
        if (isSeveral(wanted.sides().get(1)) || isSeveral(given.sides().get(1))) {
            return Agreement.DIFFERENT;
        }
        return equality.of(first, second).or(equality.of(first, Expression.negative(second)));
    }

    private static boolean isEquation(Expression e) {
        return e instanceof Relation r
                && r.signs().stream().allMatch(sign -> sign.equals("=") || sign.equals("in"));
    }

    private static boolean isAssignment(Expression e) {
        return isEquation(e)
                && e instanceof Relation r
                && r.sides().getFirst() instanceof Expression.Symbol;
    }

    private static Expression lastSide(Expression relation) {
        return relation instanceof Relation r ? r.sides().getLast() : relation;
    }
}
