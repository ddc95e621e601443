package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Relation;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Reads one expression as lm-evaluation-harness does through SymPy's `parse_latex`: the longest
/// beginning that is one, whatever follows ignored; every letter and command a symbol, pi, i and e
/// too; a letter before a bracket a function. Text that it cannot begin with, too long or too deep
/// is not read.
public final class HarnessParser {
    private static final int LONGEST = 5000;
    private static final int MAX_DEPTH = 200;
    private static final Map<String, String> SIGNS =
            Map.ofEntries(
                    Map.entry("=", "="),
                    Map.entry("<", "<"),
                    Map.entry("\\leq", "<="),
                    Map.entry("\\le", "<="),
                    Map.entry("\\leqq", "<="),
                    Map.entry("\\leqslant", "<="),
                    Map.entry(">", ">"),
                    Map.entry("\\geq", ">="),
                    Map.entry("\\ge", ">="),
                    Map.entry("\\geqq", ">="),
                    Map.entry("\\geqslant", ">="),
                    Map.entry("\\neq", "!="));
    private static final Set<String> TIMES = Set.of("*", "\\times", "\\cdot");
    private static final Set<String> OVER = Set.of("/", "\\div", ":");

    private final HarnessTokens at;
    private final HarnessAtoms atoms;
    private int depth;

    private HarnessParser(String latex) {
        this.at = new HarnessTokens(latex);
        this.atoms = new HarnessAtoms(at, this);
    }

    /// The expression, or nothing when none can be read.
    public static Optional<Expression> parse(String latex) {
        if (latex.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HarnessParser(latex).relation());
        } catch (UnreadableException | DeadEndException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private Expression relation() {
        List<Expression> sides = new ArrayList<>(List.of(sum()));
        List<String> signs = new ArrayList<>();
        while (SIGNS.containsKey(at.peek())) {
            signs.add(SIGNS.getOrDefault(at.next(), "="));
            sides.add(sum());
        }
        return signs.isEmpty() ? sides.getFirst() : new Relation(sides, signs);
    }

    /// A sum of terms.
    Expression sum() {
        if (++depth > MAX_DEPTH) {
            throw new UnreadableException("more than " + MAX_DEPTH + " levels");
        }
        List<Expression> terms = new ArrayList<>(List.of(product(true)));
        while (at.peek().equals("+") || at.peek().equals("-")) {
            boolean minus = at.peek().equals("-");
            Optional<Expression> term = behindSign(() -> product(true));
            if (term.isEmpty()) {
                break;
            }
            terms.add(minus ? Expression.negative(term.get()) : term.get());
        }
        depth--;
        return terms.size() == 1 ? terms.getFirst() : new Sum(terms);
    }

    /// A product up to the next sign of a sum.
    ///
    /// @param functions whether functions may stand in it behind another factor
    Expression product(boolean functions) {
        Expression product = signed(functions);
        while (TIMES.contains(at.peek()) || OVER.contains(at.peek())) {
            boolean over = OVER.contains(at.peek());
            Optional<Expression> factor = behindSign(() -> signed(functions));
            if (factor.isEmpty()) {
                break;
            }
            product =
                    over
                            ? Expression.quotient(product, factor.get())
                            : new Product(List.of(product, factor.get()));
        }
        return product;
    }

    private Expression signed(boolean functions) {
        boolean negative = false;
        while (at.peek().equals("+") || at.peek().equals("-")) {
            negative ^= at.next().equals("-");
        }
        Expression product = factors(functions);
        return negative ? Expression.negative(product) : product;
    }

    private Expression factors(boolean functions) {
        List<Expression> factors = new ArrayList<>(List.of(factor(true)));
        while (atoms.beginsFactor(functions)) {
            Optional<Expression> factor = attempt(() -> factor(functions));
            if (factor.isEmpty()) {
                break;
            }
            factors.add(factor.get());
        }
        return factors.size() == 1 ? factors.getFirst() : juxtaposed(factors);
    }

    /// Factors side by side; an x between two numbers is a times sign.
    private static Expression juxtaposed(List<Expression> factors) {
        List<Expression> kept = new ArrayList<>();
        for (int i = 0; i < factors.size(); i++) {
            boolean sign =
                    i > 0
                            && i < factors.size() - 1
                            && factors.get(i).equals(new Symbol("x"))
                            && factors.get(i - 1) instanceof Num
                            && factors.get(i + 1) instanceof Num;
            if (!sign) {
                kept.add(factors.get(i));
            }
        }
        return new Product(kept);
    }

    private Expression factor(boolean functions) {
        Expression result = power(functions);
        while (at.accept("!")) {
            result = new Function("factorial", List.of(result));
        }
        return result;
    }

    private Expression power(boolean functions) {
        Expression base = atoms.next(functions);
        while (at.peek().equals("^")) {
            Optional<Expression> exponent = behindSign(atoms::script);
            if (exponent.isEmpty()) {
                break;
            }
            base = new Power(base, exponent.get());
        }
        return base;
    }

    private Optional<Expression> behindSign(Supplier<Expression> reader) {
        return attempt(
                () -> {
                    at.next();
                    return reader.get();
                });
    }

    /// What can be read here; nothing, and the place kept, where it comes to a dead end.
    Optional<Expression> attempt(Supplier<Expression> reader) {
        int start = at.mark();
        int level = depth;
        try {
            return Optional.of(reader.get());
        } catch (DeadEndException e) {
            at.backTo(start);
            depth = level;
            return Optional.empty();
        }
    }
}
