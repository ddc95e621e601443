package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Sum;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Whether the difference of two expressions is zero as lm-evaluation-harness asks SymPy: symbols
/// are complex numbers, decimals binary ones; what is infinite or undefined is different even from
/// itself, and so are comparisons.
///
/// @param limit how long the algebra may take
public record HarnessComparison(Algebra algebra, Duration limit) {

    public Agreement compare(Expression reference, Expression answer) {
        if (isOutside(reference) || isOutside(answer)) {
            return Agreement.DIFFERENT;
        }
        try {
            Optional<RoundedValue> wanted = RoundedValue.of(reference);
            Optional<RoundedValue> given = RoundedValue.of(answer);
            if (wanted.isPresent() && given.isPresent()) {
                return wanted.get().equalTo(given.get()) ? Agreement.SAME : Agreement.DIFFERENT;
            }
        } catch (ArithmeticException divisionByZero) {
            return Agreement.DIFFERENT;
        } catch (IllegalArgumentException tooLarge) {
            return Agreement.UNDECIDED;
        }
        if (reference.equals(answer)) {
            return Agreement.SAME;
        }
        if (isFloating(reference) != isFloating(answer)) {
            return Agreement.DIFFERENT;
        }
        return Equality.proven(reference, answer, algebra, limit, SampledValue.Symbols.COMPLEX);
    }

    /// Whether SymPy works it out to one decimal number, which no exact irrational number equals.
    private static boolean isFloating(Expression e) {
        return switch (e) {
            case Num n -> n.decimal();
            case Sum s -> isFloating(s.terms());
            case Product p -> isFloating(p.factors());
            case Power p -> isFloating(List.of(p.base(), p.exponent()));
            default -> false;
        };
    }

    private static boolean isFloating(List<Expression> parts) {
        return parts.stream().anyMatch(HarnessComparison::isFloating)
                && parts.stream()
                        .allMatch(e -> isFloating(e) || ExactValue.of(e).isPresent());
    }

    private static boolean isOutside(Expression e) {
        return switch (e) {
            case Constant c -> c == Constant.INFINITY;
            case Relation r -> true;
            case Sum s -> isAnyOutside(s.terms());
            case Product p -> isAnyOutside(p.factors());
            case Power p -> isOutside(p.base()) || isOutside(p.exponent());
            case Function f -> isAnyOutside(f.arguments());
            default -> false;
        };
    }

    private static boolean isAnyOutside(List<Expression> parts) {
        return parts.stream().anyMatch(HarnessComparison::isOutside);
    }
}
