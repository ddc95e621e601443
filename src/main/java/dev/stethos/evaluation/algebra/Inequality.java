package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Interval;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Inequalities of one symbol as intervals.
final class Inequality {
    private static final Set<String> ORDERS = Set.of("<", "<=", ">", ">=");

    private Inequality() {}

    /// The sign that says the same from right to left.
    static String turn(String sign) {
        return switch (sign) {
            case "<" -> ">";
            case ">" -> "<";
            case "<=" -> ">=";
            case ">=" -> "<=";
            default -> sign;
        };
    }

    /// The interval of one symbol that a comparison describes.
    static Optional<Expression> interval(Relation relation) {
        List<Expression> sides = relation.sides();
        List<String> signs = relation.signs();
        if (!ORDERS.containsAll(signs)) {
            return Optional.empty();
        }
        boolean falling = signs.getFirst().startsWith(">");
        if (falling) {
            return interval(
                    new Relation(
                            sides.reversed(),
                            signs.reversed().stream().map(Inequality::turn).toList()));
        }
        Expression infinity = Constant.INFINITY;
        if (sides.size() == 2 && sides.get(0) instanceof Expression.Symbol) {
            return Optional.of(
                    span(Expression.negative(infinity), false, sides.get(1), signs.get(0)));
        }
        if (sides.size() == 2 && sides.get(1) instanceof Expression.Symbol) {
            return Optional.of(span(sides.get(0), signs.get(0).equals("<="), infinity, "<"));
        }
        boolean around =
                sides.size() == 3
                        && sides.get(1) instanceof Expression.Symbol
                        && signs.get(1).startsWith("<");
        return around
                ? Optional.of(
                        span(sides.get(0), signs.get(0).equals("<="), sides.get(2), signs.get(1)))
                : Optional.empty();
    }

    private static Expression span(Expression low, boolean holdsLow, Expression high, String sign) {
        boolean holdsHigh = sign.equals("<=");
        return holdsLow || holdsHigh
                ? new Interval(low, high, holdsLow, holdsHigh)
                : new Tuple(List.of(low, high));
    }
}
