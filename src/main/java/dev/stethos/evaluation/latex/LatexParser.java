package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.latex.LatexToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Sums, products and powers written in LaTeX, by recursive descent. Brackets that hold more than
/// one of them are not its matter.
final class LatexParser {
    private static final Set<String> DEGREES = Set.of("\\circ", "\\degree", "\\circle", "°");
    private static final Set<String> PERCENT = Set.of("\\%", "%");

    private final TokenCursor at;
    private final LatexAtoms atoms;
    private int bars;

    LatexParser(TokenCursor at) {
        this.at = at;
        this.atoms = new LatexAtoms(at, this);
    }

    /// A sum of terms.
    Expression sum() {
        at.descend();
        List<Expression> terms = new ArrayList<>();
        terms.add(term());
        while (true) {
            if (at.accept("+")) {
                terms.add(term());
            } else if (at.acceptAny(LatexNames.MINUS)) {
                terms.add(Expression.negative(term()));
            } else {
                break;
            }
        }
        at.ascend();
        return terms.size() == 1 ? terms.getFirst() : new Sum(terms);
    }

    private Expression term() {
        Expression product = signed();
        while (true) {
            if (at.acceptAny(LatexNames.TIMES)) {
                product = times(product, signed());
            } else if (at.acceptAny(LatexNames.OVER)) {
                product = Expression.quotient(product, signed());
            } else if (LatexNames.beginsFactor(at.peek()) && !closesHere()) {
                if (product instanceof Num && at.peek().kind() == Kind.NUMBER) {
                    throw new UnreadableException("two numbers side by side");
                }
                boolean mixed =
                        product instanceof Num n
                                && n.isInteger()
                                && LatexNames.FRACTIONS.contains(at.peek().text());
                Expression factor = power();
                product =
                        mixed && isFraction(factor)
                                ? mixed((Num) product, factor)
                                : times(product, factor);
            } else {
                return product;
            }
        }
    }

    /// A sum between bars.
    Expression barred() {
        bars++;
        Expression inside = sum();
        bars--;
        return inside;
    }

    /// Whether a bar here is the end of an absolute value.
    private boolean closesHere() {
        return at.peek().is("|") && bars > 0;
    }

    private static boolean isFraction(Expression e) {
        return e instanceof Product p
                && p.factors().get(0) instanceof Num
                && p.factors().get(1) instanceof Power power
                && power.base() instanceof Num;
    }

    private static Expression mixed(Num whole, Expression fraction) {
        return new Sum(
                List.of(
                        whole,
                        whole.numerator().signum() < 0 ? Expression.negative(fraction) : fraction));
    }

    static Expression times(Expression first, Expression second) {
        if (first instanceof Product p) {
            List<Expression> factors = new ArrayList<>(p.factors());
            factors.add(second);
            return new Product(factors);
        }
        return new Product(List.of(first, second));
    }

    Expression signed() {
        at.descend();
        Expression result;
        if (at.acceptAny(LatexNames.MINUS)) {
            result = Expression.negative(signed());
        } else if (at.accept("+")) {
            result = signed();
        } else {
            result = power();
        }
        at.ascend();
        return result;
    }

    Expression power() {
        Expression base = postfix(atoms.next());
        if (!at.accept("^")) {
            return base;
        }
        if (at.acceptAny(DEGREES)) {
            return base;
        }
        TokenCursor.Mark start = at.mark();
        if (at.accept("{")) {
            if (at.acceptAny(DEGREES) && at.accept("}")) {
                return base;
            }
            at.backTo(start);
        }
        return postfix(new Power(base, atoms.exponent()));
    }

    private Expression postfix(Expression e) {
        Expression result = e;
        while (true) {
            if (at.accept("!")) {
                result = new Function("factorial", List.of(result));
            } else if (at.accept("°") || at.accept("\\degree")) {
                continue;
            } else if (result instanceof Num && at.acceptAny(PERCENT)) {
                result = new Percent(result);
            } else {
                return result;
            }
        }
    }
}
