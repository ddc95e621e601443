package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import org.hipparchus.complex.Complex;

/// Whether two single expressions are equal. Rational values are compared exactly; values at
/// arbitrary points tell unequal ones apart; equal ones are proved by algebra. A number with a
/// decimal point equals what rounds to it at six places, but a whole number only when it is one.
record Equality(Algebra algebra, Duration limit) {
    private static final int SAMPLES = 8;
    private static final int PLACES = 6;
    private static final double TOLERANCE = 1e-9;

    Agreement of(Expression first, Expression second) {
        if (first.equals(second)) {
            return Agreement.SAME;
        }
        if (isInfinite(first) || isInfinite(second)) {
            return Agreement.DIFFERENT;
        }
        Optional<Num> a = ExactValue.of(first);
        Optional<Num> b = ExactValue.of(second);
        if (a.isPresent() && b.isPresent()) {
            return numbers(first, a.get(), second, b.get())
                    ? Agreement.SAME
                    : Agreement.DIFFERENT;
        }
        if ((a.isPresent() && isDecimal(first)) || (b.isPresent() && isDecimal(second))) {
            return rounded(first).equals(rounded(second)) && rounded(first).isPresent()
                    ? Agreement.SAME
                    : Agreement.DIFFERENT;
        }
        return proven(first, second, algebra, limit, SampledValue.Symbols.REAL);
    }

    /// Told apart by values at arbitrary points, else by algebra.
    static Agreement proven(
            Expression first,
            Expression second,
            Algebra algebra,
            Duration limit,
            SampledValue.Symbols symbols) {
        boolean agreed = false;
        for (int sample = 1; sample <= SAMPLES; sample++) {
            SampledValue at = new SampledValue(sample, symbols);
            Complex x = at.of(first);
            Complex y = at.of(second);
            if (isFinite(x) && isFinite(y)) {
                if (x.subtract(y).norm() > TOLERANCE * (1 + x.norm() + y.norm())) {
                    return Agreement.DIFFERENT;
                }
                agreed = true;
            }
        }
        Agreement proof = algebra.isZero(Expression.difference(first, second), limit);
        // Values that agree speak against a proof that they differ: it is not relied on.
        return agreed && proof == Agreement.DIFFERENT ? Agreement.UNDECIDED : proof;
    }

    private static boolean numbers(Expression first, Num a, Expression second, Num b) {
        if (!a.decimal() && !b.decimal()) {
            return ExactValue.areSame(a, b);
        }
        boolean whole = (a.isInteger() && !a.decimal()) || (b.isInteger() && !b.decimal());
        if (!whole && (isDecimal(first) || isDecimal(second))) {
            return rounded(a).compareTo(rounded(b)) == 0;
        }
        Optional<RoundedValue> x = RoundedValue.of(first);
        Optional<RoundedValue> y = RoundedValue.of(second);
        return x.isPresent() && y.isPresent()
                ? x.get().equalTo(y.get())
                : ExactValue.areSame(a, b);
    }

    /// A number with a decimal point, in percent or not.
    private static boolean isDecimal(Expression e) {
        return (e instanceof Percent p && isDecimal(p.number())) || (e instanceof Num n && n.decimal());
    }

    private static BigDecimal rounded(Num n) {
        return new BigDecimal(n.numerator())
                .divide(new BigDecimal(n.denominator()), PLACES, RoundingMode.HALF_EVEN);
    }

    /// The value at six places; nothing where it is not one real number.
    private static Optional<BigDecimal> rounded(Expression e) {
        Complex here = new SampledValue(1, SampledValue.Symbols.REAL).of(e);
        Complex there = new SampledValue(2, SampledValue.Symbols.REAL).of(e);
        boolean real = isFinite(here) && here.getImaginary() == 0 && here.equals(there);
        return real
                ? Optional.of(new BigDecimal(here.getReal()).setScale(PLACES, RoundingMode.HALF_EVEN))
                : Optional.empty();
    }

    /// Infinity or its negative, written as such.
    private static boolean isInfinite(Expression e) {
        return e == Expression.Constant.INFINITY
                || e.equals(Expression.negative(Expression.Constant.INFINITY));
    }

    private static boolean isFinite(Complex x) {
        return !x.isNaN() && !x.isInfinite();
    }
}
