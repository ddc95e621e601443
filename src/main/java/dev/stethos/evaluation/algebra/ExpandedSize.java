package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import java.util.Optional;
import java.util.Set;

/// How many terms an expression may have when its products, powers and angle sums are multiplied
/// out, like terms of different factors counted apart.
final class ExpandedSize {
    private static final Set<String> ANGLES =
            Set.of("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh");

    private ExpandedSize() {}

    /// Infinite where that is more than a double holds.
    static double of(Expression expression) {
        if (ExactValue.of(expression).isPresent()) {
            return 1;
        }
        return switch (expression) {
            case Num n -> 1;
            case Constant c -> 1;
            case Symbol s -> 1;
            case Percent p -> 1;
            case Sum s -> s.terms().stream().mapToDouble(ExpandedSize::of).sum();
            case Product p ->
                    p.factors().stream().mapToDouble(ExpandedSize::of).reduce(1, (a, b) -> a * b);
            case Power p -> power(of(p.base()), ExactValue.of(p.exponent()));
            case Function f ->
                    ANGLES.contains(f.name()) ? Math.pow(2, of(f.arguments().getFirst())) : 1;
            case Expression.Listing l -> 1;
            case Expression.Tuple t -> 1;
            case Expression.FiniteSet s -> 1;
            case Expression.Interval i -> 1;
            case Expression.Union u -> 1;
            case Expression.Matrix m -> 1;
            case Expression.Relation r -> 1;
        };
    }

    /// The multinomial theorem's number of terms; a root is not multiplied out.
    private static double power(double terms, Optional<Num> exponent) {
        double count = 1;
        double times = exponent.map(n -> Math.abs(whole(n))).orElse(1.0);
        for (int i = 1; i <= times && count < Double.POSITIVE_INFINITY; i++) {
            count *= (terms - 1 + i) / i;
        }
        return Math.max(terms, count);
    }

    private static double whole(Num n) {
        return n.numerator().divide(n.denominator()).doubleValue();
    }
}
