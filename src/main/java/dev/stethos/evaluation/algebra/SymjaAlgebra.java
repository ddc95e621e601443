package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.matheclipse.core.eval.EvalEngine;
import org.matheclipse.core.expression.F;
import org.matheclipse.core.interfaces.IExpr;

/// Algebra by Symja, which starts with the first question. It never sees text, only expressions
/// whose numbers are small enough to be worked out. Safe from any thread.
public final class SymjaAlgebra implements Algebra {
    private static final int MOST_BITS = 4_000;
    private static final int MOST_NODES = 400;
    private static final int LARGEST_ARGUMENT = 500;

    /// What has more is multiplied out by parts of the library that no interrupt ends.
    private static final int MOST_TERMS = 15_000;

    private static final SymjaAlgebra SHARED = new SymjaAlgebra();

    private final BoundedWorker worker = new BoundedWorker("algebra");

    private SymjaAlgebra() {}

    public static SymjaAlgebra shared() {
        return SHARED;
    }

    /// Starting the library is not counted against the limit.
    @Override
    public Agreement isZero(Expression expression, Duration limit) {
        Started.await();
        return worker.within(limit, () -> decide(expression)).orElse(Agreement.UNDECIDED);
    }

    private static IExpr translated(Expression expression) {
        IExpr question = new Translation().of(expression);
        if (ExpandedSize.of(expression) > MOST_TERMS) {
            throw new IllegalArgumentException("more than " + MOST_TERMS + " terms");
        }
        return question;
    }

    private static Agreement decide(Expression expression) {
        EvalEngine engine = new EvalEngine(true);
        EvalEngine.set(engine);
        try {
            IExpr question = translated(expression);
            if (engine.evaluate(F.PossibleZeroQ(question)).isTrue()) {
                return Agreement.SAME;
            }
            IExpr simple = engine.evaluate(F.FullSimplify(question));
            if (simple.isZero()) {
                return Agreement.SAME;
            }
            return simple.isNumber() ? Agreement.DIFFERENT : Agreement.UNDECIDED;
        } finally {
            EvalEngine.remove();
        }
    }

    /// The library's start, once.
    private static final class Started {
        static {
            try {
                F.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        static void await() {
            // Loading this class is what starts the library.
        }
    }

    /// Builds the library's expressions; [IllegalArgumentException] for what is too large or
    /// unknown.
    private static final class Translation {
        private int nodes;

        IExpr of(Expression expression) {
            if (++nodes > MOST_NODES) {
                throw new IllegalArgumentException("more than " + MOST_NODES + " parts");
            }
            return switch (expression) {
                case Num n -> number(n);
                case Constant c -> constant(c);
                case Symbol s -> F.symbol("unknown" + spelled(s.name()));
                case Percent p -> F.Times(F.QQ(1, 100), of(p.number()));
                case Sum s -> F.Plus(all(s.terms()));
                case Product p -> F.Times(all(p.factors()));
                case Power p -> power(p);
                case Function f -> function(f);
                case Expression.Listing l -> throw unknown(l);
                case Expression.Tuple t -> throw unknown(t);
                case Expression.FiniteSet s -> throw unknown(s);
                case Expression.Interval i -> throw unknown(i);
                case Expression.Union u -> throw unknown(u);
                case Expression.Matrix m -> throw unknown(m);
                case Expression.Relation r -> throw unknown(r);
            };
        }

        private static IllegalArgumentException unknown(Expression e) {
            return new IllegalArgumentException(e.getClass().getSimpleName());
        }

        private IExpr[] all(List<Expression> expressions) {
            return expressions.stream().map(this::of).toArray(IExpr[]::new);
        }

        private static IExpr number(Num n) {
            if (n.numerator().bitLength() > MOST_BITS || n.denominator().bitLength() > MOST_BITS) {
                throw new IllegalArgumentException("more than " + MOST_BITS + " bits");
            }
            return F.QQ(F.ZZ(n.numerator()), F.ZZ(n.denominator()));
        }

        private static IExpr constant(Constant constant) {
            return switch (constant) {
                case PI -> F.Pi;
                case E -> F.E;
                case I -> F.CI;
                case INFINITY -> F.CInfinity;
            };
        }

        /// A name without signs that mean something to the library.
        private static String spelled(String name) {
            StringBuilder spelled = new StringBuilder();
            name.chars().forEach(c -> spelled.append(Integer.toHexString(c)).append('x'));
            return spelled.toString();
        }

        private IExpr power(Power p) {
            IExpr base = of(p.base());
            ExactValue.of(p.exponent()).ifPresent(exponent -> checkSize(p.base(), exponent));
            boolean tower = p.exponent() instanceof Power && ExactValue.of(p.exponent()).isEmpty();
            if (tower && ExactValue.of(p.base()).isPresent()) {
                throw new IllegalArgumentException("a power of a power");
            }
            return F.Power(base, of(p.exponent()));
        }

        private static void checkSize(Expression base, Num exponent) {
            long size =
                    ExactValue.of(base)
                            .map(b ->
                                    Math.max(
                                            b.numerator().bitLength(), b.denominator().bitLength()))
                            .orElse(MOST_BITS / 100);
            if (exponent.numerator().bitLength() > 20
                    || exponent.denominator().bitLength() > 20
                    || size * Math.abs(exponent.numerator().longValue()) > MOST_BITS) {
                throw new IllegalArgumentException("an exponent that is too large");
            }
        }

        private IExpr function(Function f) {
            if (f.name().startsWith("applied ")) {
                return F.ast(all(f.arguments()), F.symbol("unknown" + spelled(f.name())));
            }
            IExpr first = of(f.arguments().getFirst());
            return switch (f.name()) {
                case "sin" -> F.Sin(first);
                case "cos" -> F.Cos(first);
                case "tan" -> F.Tan(first);
                case "cot" -> F.Cot(first);
                case "sec" -> F.Sec(first);
                case "csc" -> F.Csc(first);
                case "arcsin" -> F.ArcSin(first);
                case "arccos" -> F.ArcCos(first);
                case "arctan" -> F.ArcTan(first);
                case "sinh" -> F.Sinh(first);
                case "cosh" -> F.Cosh(first);
                case "tanh" -> F.Tanh(first);
                case "ln" -> F.Log(first);
                case "abs" -> F.Abs(first);
                case "floor" -> F.Floor(first);
                case "ceiling" -> F.Ceiling(first);
                case "factorial" -> small(f, F::Factorial);
                case "binomial" -> small(f, n -> F.Binomial(n, of(f.arguments().get(1))));
                default -> throw new IllegalArgumentException(f.name());
            };
        }

        /// A function of a number that is not too large, or of a symbol.
        private IExpr small(Function f, UnaryOperator<IExpr> apply) {
            Expression size = f.arguments().getFirst();
            boolean small =
                    ExactValue.of(size)
                            .map(n ->
                                    n.numerator().bitLength() < 31
                                            && Math.abs(n.numerator().intValue())
                                                    <= LARGEST_ARGUMENT)
                            .orElse(size instanceof Symbol);
            if (!small) {
                throw new IllegalArgumentException(f.name() + " of a large number");
            }
            return apply.apply(of(size));
        }
    }
}
