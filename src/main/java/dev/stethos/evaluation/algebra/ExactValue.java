package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import java.math.BigInteger;
import java.util.Optional;

/// The rational value of an expression that needs nothing but rational arithmetic, as long as its
/// digits stay within a limit.
final class ExactValue {
    private static final int MAX_BITS = 20_000;

    private ExactValue() {}

    static Optional<Num> of(Expression expression) {
        try {
            return value(expression);
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    /// Whether it divides by zero.
    static boolean isUndefined(Expression expression) {
        try {
            value(expression);
            return false;
        } catch (ArithmeticException e) {
            return true;
        }
    }

    /// Whether both have the same rational value.
    static boolean areSame(Expression first, Expression second) {
        Optional<Num> a = of(first);
        Optional<Num> b = of(second);
        return a.isPresent()
                && b.isPresent()
                && a.get().numerator().equals(b.get().numerator())
                && a.get().denominator().equals(b.get().denominator());
    }

    private static Optional<Num> value(Expression expression) {
        return switch (expression) {
            case Num n -> Optional.of(n);
            case Percent p -> value(p.number()).flatMap(n -> over(n, Num.of(100)));
            case Sum s -> {
                Optional<Num> total = Optional.of(Num.of(0));
                for (Expression term : s.terms()) {
                    Optional<Num> next = value(term);
                    total = total.flatMap(t -> next.flatMap(n -> plus(t, n)));
                }
                yield total;
            }
            case Product p -> {
                Optional<Num> product = Optional.of(Num.of(1));
                for (Expression factor : p.factors()) {
                    Optional<Num> next = value(factor);
                    product = product.flatMap(t -> next.flatMap(n -> times(t, n)));
                }
                yield product;
            }
            case Power p ->
                    value(p.base()).flatMap(b -> value(p.exponent()).flatMap(e -> power(b, e)));
            case Expression.Constant c -> Optional.empty();
            case Expression.Symbol s -> Optional.empty();
            case Expression.Function f -> Optional.empty();
            case Expression.Listing l -> Optional.empty();
            case Expression.Tuple t -> Optional.empty();
            case Expression.FiniteSet f -> Optional.empty();
            case Expression.Interval i -> Optional.empty();
            case Expression.Union u -> Optional.empty();
            case Expression.Matrix m -> Optional.empty();
            case Expression.Relation r -> Optional.empty();
        };
    }

    private static Optional<Num> plus(Num a, Num b) {
        return bounded(
                a.numerator()
                        .multiply(b.denominator())
                        .add(b.numerator().multiply(a.denominator())),
                a.denominator().multiply(b.denominator()),
                a.decimal() || b.decimal());
    }

    private static Optional<Num> times(Num a, Num b) {
        return bounded(
                a.numerator().multiply(b.numerator()),
                a.denominator().multiply(b.denominator()),
                a.decimal() || b.decimal());
    }

    private static Optional<Num> over(Num a, Num b) {
        return bounded(
                a.numerator().multiply(b.denominator()),
                a.denominator().multiply(b.numerator()),
                a.decimal() || b.decimal());
    }

    private static Optional<Num> power(Num base, Num exponent) {
        long bits = Math.max(base.numerator().bitLength(), base.denominator().bitLength());
        if (!exponent.isInteger() || exponent.numerator().bitLength() > 20) {
            return Optional.empty();
        }
        int times = exponent.numerator().intValueExact();
        if (bits * Math.abs(times) > MAX_BITS) {
            return Optional.empty();
        }
        BigInteger top = base.numerator().pow(Math.abs(times));
        BigInteger bottom = base.denominator().pow(Math.abs(times));
        return times < 0
                ? bounded(bottom, top, base.decimal())
                : bounded(top, bottom, base.decimal());
    }

    private static Optional<Num> bounded(BigInteger top, BigInteger bottom, boolean decimal) {
        return Math.max(top.bitLength(), bottom.bitLength()) > MAX_BITS
                ? Optional.empty()
                : Optional.of(Num.ratio(top, bottom, decimal));
    }
}
