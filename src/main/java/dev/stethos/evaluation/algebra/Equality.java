package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import org.hipparchus.complex.Complex;

/// Whether two single expressions are equal. Rational values are compared exactly; values at
/// arbitrary points tell unequal ones apart; equal ones are proved by algebra. A number with a decimal
/// point equals what rounds to it at six places.
record Equality(Algebra algebra, Duration limit) {
    private static final int SAMPLES = 8;
    private static final int PLACES = 6;
    private static final double TOLERANCE = 1e-9;

    Agreement of(Expression first, Expression second) {
        if (first.equals(second)) {
            return Agreement.SAME;
        }
        if (first instanceof Expression.Text || second instanceof Expression.Text) {
            return Agreement.DIFFERENT;
        }
        if (isInfinite(first) || isInfinite(second)) {
            return Agreement.DIFFERENT;
        }
        if (first instanceof Percent p && !(second instanceof Percent)) {
            return of(p.number(), second).or(values(first, second));
        }
        if (second instanceof Percent p && !(first instanceof Percent)) {
            return of(first, p.number()).or(values(first, second));
        }
        return values(first, second);
    }

    private Agreement values(Expression first, Expression second) {
        Optional<Num> a = ExactValue.of(first);
        Optional<Num> b = ExactValue.of(second);
        if (a.isPresent() && b.isPresent()) {
            return numbers(a.get(), b.get()) ? Agreement.SAME : Agreement.DIFFERENT;
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

    private boolean numbers(Num a, Num b) {
        boolean round = a.decimal() || b.decimal();
        return round
                ? rounded(a).compareTo(rounded(b)) == 0
                : a.numerator().equals(b.numerator()) && a.denominator().equals(b.denominator());
    }

    private static BigDecimal rounded(Num n) {
        return new BigDecimal(n.numerator())
                .divide(new BigDecimal(n.denominator()), PLACES, RoundingMode.HALF_EVEN);
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
