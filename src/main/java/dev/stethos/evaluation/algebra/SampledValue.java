package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.hipparchus.complex.Complex;

/// An expression's value in double precision where every symbol stands for an arbitrary real
/// number, the same one for the same symbol. NaN where it has none or the functions are not known.
final class SampledValue {
    private static final double LARGEST_SYMBOL = 3;
    private static final String APPLIED = "applied ";

    enum Symbols {
        REAL,
        COMPLEX
    }

    private final long seed;
    private final Symbols symbols;

    SampledValue(long seed, Symbols symbols) {
        this.seed = seed;
        this.symbols = symbols;
    }

    Complex of(Expression expression) {
        return switch (expression) {
            case Num n -> new Complex(real(n));
            case Constant c -> constant(c);
            case Symbol s -> symbol(s.name());
            case Percent p -> of(p.number()).divide(100);
            case Sum s -> {
                Complex total = Complex.ZERO;
                for (Expression term : s.terms()) {
                    total = total.add(of(term));
                }
                yield total;
            }
            case Product p -> {
                Complex product = Complex.ONE;
                for (Expression factor : p.factors()) {
                    product = product.multiply(of(factor));
                }
                yield product;
            }
            case Power p -> power(of(p.base()), of(p.exponent()));
            case Function f when f.name().startsWith(APPLIED) -> applied(f);
            case Function f when f.arguments().size() == 1 ->
                    function(f.name(), of(f.arguments().getFirst()));
            case Function f -> Complex.NaN;
            case Expression.Listing l -> Complex.NaN;
            case Expression.Tuple t -> Complex.NaN;
            case Expression.FiniteSet f -> Complex.NaN;
            case Expression.Interval i -> Complex.NaN;
            case Expression.Union u -> Complex.NaN;
            case Expression.Matrix m -> Complex.NaN;
            case Expression.Relation r -> Complex.NaN;
        };
    }

    private Complex symbol(String name) {
        SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
        double real = random.nextDouble(-LARGEST_SYMBOL, LARGEST_SYMBOL);
        return symbols == Symbols.REAL
                ? new Complex(real)
                : new Complex(real, random.nextDouble(-LARGEST_SYMBOL, LARGEST_SYMBOL));
    }

    /// An arbitrary function by name.
    private Complex applied(Function f) {
        Complex sum = symbol(f.name());
        for (int i = 0; i < f.arguments().size(); i++) {
            sum = sum.add(symbol(f.name() + i).multiply(of(f.arguments().get(i))));
        }
        return sum.sin();
    }

    private static double real(Num n) {
        return new BigDecimal(n.numerator())
                .divide(new BigDecimal(n.denominator()), MathContext.DECIMAL64)
                .doubleValue();
    }

    private static Complex constant(Constant constant) {
        return switch (constant) {
            case PI -> new Complex(Math.PI);
            case E -> new Complex(Math.E);
            case I -> Complex.I;
            case INFINITY -> Complex.NaN;
        };
    }

    private static Complex power(Complex base, Complex exponent) {
        double whole = exponent.getReal();
        if (exponent.getImaginary() == 0 && whole == Math.rint(whole) && Math.abs(whole) < 1000) {
            Complex power = Complex.ONE;
            for (int i = 0; i < Math.abs(whole); i++) {
                power = power.multiply(base);
            }
            return whole < 0 ? Complex.ONE.divide(power) : power;
        }
        return base.isZero() ? Complex.ZERO : base.pow(exponent);
    }

    private static Complex function(String name, Complex x) {
        return switch (name) {
            case "sin" -> x.sin();
            case "cos" -> x.cos();
            case "tan" -> x.tan();
            case "cot" -> x.cos().divide(x.sin());
            case "sec" -> Complex.ONE.divide(x.cos());
            case "csc" -> Complex.ONE.divide(x.sin());
            case "arcsin" -> x.asin();
            case "arccos" -> x.acos();
            case "arctan" -> x.atan();
            case "sinh" -> x.sinh();
            case "cosh" -> x.cosh();
            case "tanh" -> x.tanh();
            case "ln" -> x.isZero() ? Complex.NaN : x.log();
            case "abs" -> new Complex(x.norm());
            default -> Complex.NaN;
        };
    }
}
