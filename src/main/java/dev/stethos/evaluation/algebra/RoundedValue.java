package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// The value of an expression in rational arithmetic in which decimals are binary numbers, as in
/// SymPy: 53 bits for up to 15 digits, more for more, and every result that a decimal enters is
/// rounded to its bits.
///
/// @param bits 0 for an exact value
record RoundedValue(Num value, int bits) {
    private static final int MAX_BITS = 20_000;
    private static final int FEWEST_DIGITS = 15;
    private static final double BITS_PER_DIGIT = Math.log(10) / Math.log(2);

    /// Nothing where it needs more than rational arithmetic; [ArithmeticException] where it divides
    /// by zero.
    static Optional<RoundedValue> of(Expression expression) {
        return switch (expression) {
            case Num n -> Optional.of(number(n));
            case Sum s -> {
                Optional<RoundedValue> total = Optional.of(new RoundedValue(Num.of(0), 0));
                for (Expression term : s.terms()) {
                    Optional<RoundedValue> next = of(term);
                    total = total.flatMap(t -> next.map(n -> t.with(n, RoundedValue::plus)));
                }
                yield total;
            }
            case Product p -> {
                Optional<RoundedValue> product = Optional.of(new RoundedValue(Num.of(1), 0));
                for (Expression factor : p.factors()) {
                    Optional<RoundedValue> next = of(factor);
                    product = product.flatMap(t -> next.map(n -> t.with(n, RoundedValue::times)));
                }
                yield product;
            }
            case Power p ->
                    of(p.base()).flatMap(b -> of(p.exponent()).flatMap(e -> power(b, e)));
            case Expression.Constant c -> Optional.empty();
            case Expression.Symbol s -> Optional.empty();
            case Expression.Percent p -> Optional.empty();
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

    boolean equalTo(RoundedValue other) {
        int most = Math.max(bits, other.bits);
        Num first = rounded(value, most);
        Num second = rounded(other.value, most);
        return first.numerator().equals(second.numerator())
                && first.denominator().equals(second.denominator());
    }

    private static RoundedValue number(Num n) {
        if (!n.decimal()) {
            return new RoundedValue(n, 0);
        }
        BigDecimal written = new BigDecimal(n.numerator()).divide(new BigDecimal(n.denominator()));
        int digits = Math.max(FEWEST_DIGITS, written.precision());
        int bits = (int) Math.round((digits + 1) * BITS_PER_DIGIT);
        return new RoundedValue(rounded(n, bits), bits);
    }

    private RoundedValue with(RoundedValue other, BinaryOperator<Num> operation) {
        int most = Math.max(bits, other.bits);
        Num result = operation.apply(rounded(value, most), rounded(other.value, most));
        return bounded(rounded(result, most), most);
    }

    private static Num plus(Num a, Num b) {
        return Num.ratio(
                a.numerator()
                        .multiply(b.denominator())
                        .add(b.numerator().multiply(a.denominator())),
                a.denominator().multiply(b.denominator()),
                false);
    }

    private static Num times(Num a, Num b) {
        return Num.ratio(
                a.numerator().multiply(b.numerator()),
                a.denominator().multiply(b.denominator()),
                false);
    }

    private static Optional<RoundedValue> power(RoundedValue base, RoundedValue exponent) {
        Num n = exponent.value;
        if (n.denominator().equals(BigInteger.TWO)) {
            return squareRoot(base)
                    .flatMap(root -> power(root, new RoundedValue(times(n, Num.of(2)), exponent.bits)));
        }
        if (!n.isInteger() || n.numerator().bitLength() > 20) {
            return Optional.empty();
        }
        int times = n.numerator().intValueExact();
        long size = Math.max(base.value.numerator().bitLength(), base.value.denominator().bitLength());
        if (size * Math.abs(times) > MAX_BITS) {
            return Optional.empty();
        }
        BigInteger top = base.value.numerator().pow(Math.abs(times));
        BigInteger bottom = base.value.denominator().pow(Math.abs(times));
        Num power = times < 0 ? Num.ratio(bottom, top, false) : Num.ratio(top, bottom, false);
        int most = Math.max(base.bits, exponent.bits);
        return Optional.of(bounded(rounded(power, most), most));
    }

    /// Of an exact square.
    private static Optional<RoundedValue> squareRoot(RoundedValue square) {
        if (square.bits > 0 || square.value.numerator().signum() < 0) {
            return Optional.empty();
        }
        BigInteger[] top = square.value.numerator().sqrtAndRemainder();
        BigInteger[] bottom = square.value.denominator().sqrtAndRemainder();
        boolean exact = top[1].signum() == 0 && bottom[1].signum() == 0;
        return exact
                ? Optional.of(new RoundedValue(Num.ratio(top[0], bottom[0], false), 0))
                : Optional.empty();
    }

    private static RoundedValue bounded(Num n, int bits) {
        if (Math.max(n.numerator().bitLength(), n.denominator().bitLength()) > 2 * MAX_BITS) {
            throw new IllegalArgumentException("more than " + MAX_BITS + " bits");
        }
        return new RoundedValue(n, bits);
    }

    /// The nearest binary number of so many bits, of two the even one.
    private static Num rounded(Num n, int bits) {
        if (bits == 0 || n.numerator().signum() == 0) {
            return n;
        }
        int shift = bits - n.numerator().bitLength() + n.denominator().bitLength();
        Num scaled = times(n, powerOfTwo(shift));
        if (scaled.numerator().abs().divide(scaled.denominator()).bitLength() > bits) {
            shift--;
            scaled = times(n, powerOfTwo(shift));
        }
        BigInteger mantissa =
                new BigDecimal(scaled.numerator())
                        .divide(new BigDecimal(scaled.denominator()), 0, RoundingMode.HALF_EVEN)
                        .toBigIntegerExact();
        return times(new Num(mantissa, BigInteger.ONE, false), powerOfTwo(-shift));
    }

    private static Num powerOfTwo(int exponent) {
        BigInteger power = BigInteger.ONE.shiftLeft(Math.abs(exponent));
        return exponent < 0
                ? new Num(BigInteger.ONE, power, false)
                : new Num(power, BigInteger.ONE, false);
    }
}
