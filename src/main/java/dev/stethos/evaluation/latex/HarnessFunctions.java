package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Roots, logarithms and trigonometric functions in the harness' notation. Integrals and limits are
/// one symbol with all that follows; sums and products lose their variable before they get here.
final class HarnessFunctions {
    private static final Set<String> TRIGONOMETRIC =
            Set.of("sin", "cos", "tan", "csc", "sec", "cot", "sinh", "cosh", "tanh");
    private static final Set<String> LOGARITHMS = Set.of("log", "lg", "ln");
    private static final Set<String> INVERSE =
            Set.of(
                    "arcsin", "arccos", "arctan", "arccsc", "arcsec", "arccot", "arsinh", "arcosh",
                    "artanh");
    private static final Set<String> OTHER_FUNCTIONS = Set.of("\\sqrt", "\\overline", "\\exp");
    private static final Set<String> WHOLE = Set.of("\\int", "\\lim");
    private static final Set<String> SUMS = Set.of("\\sum", "\\prod");

    private final HarnessTokens at;
    private final HarnessParser sums;
    private final HarnessAtoms atoms;

    HarnessFunctions(HarnessTokens at, HarnessParser sums, HarnessAtoms atoms) {
        this.at = at;
        this.sums = sums;
        this.atoms = atoms;
    }

    static boolean isFunction(String command) {
        String name = command.substring(1);
        return OTHER_FUNCTIONS.contains(command)
                || WHOLE.contains(command)
                || SUMS.contains(command)
                || TRIGONOMETRIC.contains(name)
                || LOGARITHMS.contains(name)
                || INVERSE.contains(name);
    }

    /// What the name of a function begins, the name already read.
    Expression of(String command) {
        if (SUMS.contains(command)) {
            throw new DeadEndException("an index that names its variable");
        }
        if (WHOLE.contains(command)) {
            return new Symbol(command + " " + at.rest());
        }
        if (command.equals("\\overline")) {
            return new Function("conjugate", List.of(atoms.braced()));
        }
        if (command.equals("\\sqrt")) {
            Expression degree = at.accept("[") ? atoms.closed("]") : Num.of(2);
            return Expression.root(atoms.braced(), degree);
        }
        Optional<Expression> index = Optional.empty();
        Optional<Expression> power = Optional.empty();
        while ((at.peek().equals("_") && index.isEmpty())
                || (at.peek().equals("^") && power.isEmpty())) {
            if (at.next().equals("_")) {
                index = Optional.of(index());
            } else {
                power = Optional.of(atoms.script());
            }
        }
        String name = command.substring(1);
        Expression argument = argument();
        if (TRIGONOMETRIC.contains(name) && power.isPresent() && power.get().equals(Num.of(-1))) {
            return new Function("arc" + name, List.of(argument));
        }
        Expression value = value(name, index, argument);
        return power.isEmpty() ? value : new Power(value, power.get());
    }

    /// An index; of bare digits the last one is left where nothing else would be the argument.
    private Expression index() {
        boolean digits = at.seesDigit(0);
        int start = at.mark();
        Expression whole = atoms.script();
        if (!digits || at.mark() == start + 1 || !at.peek().equals(HarnessTokens.END)) {
            return whole;
        }
        int last = at.mark() - 1;
        at.backTo(start);
        int value = 0;
        while (at.mark() < last) {
            value = Math.addExact(Math.multiplyExact(value, 10), atoms.digit());
        }
        return Num.of(value);
    }

    private Expression argument() {
        Optional<Expression> bracketed =
                at.peek().equals("(")
                        ? sums.attempt(
                                () -> {
                                    at.next();
                                    return atoms.arguments().getFirst();
                                })
                        : Optional.empty();
        return bracketed.orElseGet(() -> sums.product(false));
    }

    private static Expression value(String name, Optional<Expression> index, Expression argument) {
        if (name.equals("exp")) {
            return new Power(Constant.E, argument);
        }
        if (!LOGARITHMS.contains(name)) {
            return new Function(name, List.of(argument));
        }
        Expression log = new Function("ln", List.of(argument));
        Optional<Expression> base = name.equals("lg") ? index.or(() -> Optional.of(Num.of(10))) : index;
        return base.isEmpty()
                ? log
                : Expression.quotient(log, new Function("ln", List.of(base.get())));
    }
}
