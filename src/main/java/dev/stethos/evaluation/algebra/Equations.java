package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import java.util.List;

/// Which comparisons only give a name to their last side, such as `x = 5`, `f(x) = 2x` and `(x, y)
/// = (1, 2)`.
final class Equations {
    private Equations() {}

    static boolean isEquation(Expression e) {
        return e instanceof Relation r
                && r.signs().stream().allMatch(sign -> sign.equals("=") || sign.equals("in"));
    }

    static boolean isAssignment(Expression e) {
        return isEquation(e) && e instanceof Relation r && isName(r.sides().getFirst());
    }

    private static boolean isName(Expression e) {
        return switch (e) {
            case Symbol s -> true;
            case Function f -> areNames(f.arguments());
            case Tuple t -> areNames(t.elements());
            case Sum s -> areNames(s.terms());
            case Product p -> areNames(p.factors());
            default -> false;
        };
    }

    private static boolean areNames(List<Expression> parts) {
        return parts.stream().allMatch(Equations::isName);
    }

    /// A chain of equations that begins with a name as one equation of its ends.
    static Expression shortened(Expression e) {
        return isAssignment(e) && e instanceof Relation r && r.signs().size() > 1
                ? new Relation(List.of(r.sides().getFirst(), r.sides().getLast()), List.of("="))
                : e;
    }

    static Expression lastSide(Expression relation) {
        return relation instanceof Relation r ? r.sides().getLast() : relation;
    }
}
