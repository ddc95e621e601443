package dev.stethos.evaluation.algebra;

import java.math.BigInteger;
import java.util.List;

/// A mathematical answer as it was written, without any simplification.
public sealed interface Expression {

    /// A rational number in lowest terms.
    ///
    /// @param decimal whether it was written with a decimal point
    record Num(BigInteger numerator, BigInteger denominator, boolean decimal)
            implements Expression {

        public static Num of(long value) {
            return new Num(BigInteger.valueOf(value), BigInteger.ONE, false);
        }

        public static Num ratio(BigInteger numerator, BigInteger denominator, boolean decimal) {
            if (denominator.signum() == 0) {
                throw new ArithmeticException("zero denominator");
            }
            BigInteger divisor = numerator.gcd(denominator);
            if (denominator.signum() < 0) {
                divisor = divisor.negate();
            }
            return new Num(numerator.divide(divisor), denominator.divide(divisor), decimal);
        }

        public boolean isInteger() {
            return denominator.equals(BigInteger.ONE);
        }
    }

    enum Constant implements Expression {
        PI,
        E,
        I,
        INFINITY
    }

    /// An unknown or a word.
    record Symbol(String name) implements Expression {}

    record Sum(List<Expression> terms) implements Expression {}

    record Product(List<Expression> factors) implements Expression {}

    record Power(Expression base, Expression exponent) implements Expression {}

    /// A number in percent.
    record Percent(Expression number) implements Expression {}

    /// A named function such as sin, abs, factorial or binomial.
    record Function(String name, List<Expression> arguments) implements Expression {}

    /// Elements one after another without brackets.
    record Listing(List<Expression> elements) implements Expression {}

    record Tuple(List<Expression> elements) implements Expression {}

    record FiniteSet(List<Expression> elements) implements Expression {}

    /// An interval that holds at least one of its ends; open ones are written like pairs and are
    /// [Tuple]s.
    record Interval(Expression low, Expression high, boolean holdsLow, boolean holdsHigh)
            implements Expression {}

    record Union(List<Expression> parts) implements Expression {}

    record Matrix(List<List<Expression>> rows) implements Expression {}

    /// A chain of comparisons; `signs` has one element fewer than `sides`.
    record Relation(List<Expression> sides, List<String> signs) implements Expression {}

    static Expression negative(Expression e) {
        return e instanceof Num n
                ? new Num(n.numerator().negate(), n.denominator(), n.decimal())
                : new Product(List.of(Num.of(-1), e));
    }

    static Expression quotient(Expression top, Expression bottom) {
        return new Product(List.of(top, new Power(bottom, Num.of(-1))));
    }

    static Expression root(Expression e, Expression degree) {
        return new Power(e, quotient(Num.of(1), degree));
    }

    static Expression difference(Expression first, Expression second) {
        return new Sum(List.of(first, negative(second)));
    }
}
