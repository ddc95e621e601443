package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What products are made of in the harness' notation.
final class HarnessAtoms {
    private static final Map<String, String> BRACKETS =
            Map.of("(", ")", "[", "]", "{", "}", "\\{", "\\}");
    private static final Set<String> FRACTIONS = Set.of("\\frac", "\\dfrac", "\\tfrac");
    private static final Set<String> BINOMIALS = Set.of("\\binom", "\\dbinom", "\\tbinom");
    private static final Set<String> NO_ATOMS =
            Set.of(
                    "\\times", "\\cdot", "\\div", "\\le", "\\leq", "\\leqq", "\\leqslant", "\\ge",
                    "\\geq", "\\geqq", "\\geqslant", "\\neq", "\\rfloor", "\\rceil", "\\langle",
                    "\\rangle", "\\to", "\\rightarrow", "\\Rightarrow", "\\longrightarrow",
                    "\\Longrightarrow");

    private final HarnessTokens at;
    private final HarnessParser sums;
    private final HarnessFunctions functions;

    HarnessAtoms(HarnessTokens at, HarnessParser sums) {
        this.at = at;
        this.sums = sums;
        this.functions = new HarnessFunctions(at, sums, this);
    }

    /// Whether a factor can begin here.
    boolean beginsFactor(boolean functions) {
        String token = at.peek();
        return BRACKETS.containsKey(token)
                || token.equals("|")
                || at.seesDigit(0)
                || HarnessTokens.isLetter(token)
                || HarnessTokens.isDifferential(token)
                || (HarnessTokens.isCommand(token)
                        && !NO_ATOMS.contains(token)
                        && (functions || !HarnessFunctions.isFunction(token)));
    }

    /// @param functions whether it may be a function
    Expression next(boolean functions) {
        if (!beginsFactor(functions)) {
            throw new DeadEndException("a factor");
        }
        if (at.seesDigit(0)) {
            return number();
        }
        String token = at.next();
        String close = BRACKETS.get(token);
        if (close != null) {
            return closed(close);
        }
        if (token.equals("|")) {
            return new Function("abs", List.of(closed("|")));
        }
        if (HarnessFunctions.isFunction(token)) {
            return this.functions.of(token);
        }
        return functions ? applied(token) : atom(token);
    }

    Expression closed(String end) {
        Expression inside = sums.sum();
        at.expect(end);
        return inside;
    }

    Expression braced() {
        at.expect("{");
        return closed("}");
    }

    /// Digits, in groups of three behind commas, and decimals.
    private Expression number() {
        StringBuilder digits = new StringBuilder();
        while (at.seesDigit(0)) {
            digits.append(at.next());
        }
        while (at.peek().equals(",")
                && at.seesDigit(1)
                && at.seesDigit(2)
                && at.seesDigit(3)) {
            at.next();
            digits.append(at.next()).append(at.next()).append(at.next());
        }
        boolean decimal = at.accept(".");
        if (decimal) {
            if (!at.seesDigit(0)) {
                throw new DeadEndException("a decimal");
            }
            digits.append('.');
            int first = at.mark();
            int length = digits.length();
            while (at.seesDigit(0)) {
                digits.append(at.next());
            }
            if (at.peek().equals(".") && digits.length() > length + 1) {
                // What follows the first decimal could be another number with a point.
                digits.setLength(length + 1);
                at.backTo(first + 1);
            }
        } else if (digits.charAt(0) == '0' && !digits.toString().matches("0+")) {
            throw new UnreadableException("a whole number that begins with 0");
        }
        BigDecimal value = new BigDecimal(digits.toString());
        return Num.ratio(
                value.unscaledValue(),
                BigDecimal.ONE.scaleByPowerOfTen(value.scale()).toBigInteger(),
                decimal);
    }

    /// A letter or command, applied where a bracket follows it.
    private Expression applied(String token) {
        Expression name = atom(token);
        boolean nameable = HarnessTokens.isLetter(token) || HarnessTokens.isCommand(token);
        if (name instanceof Symbol symbol && nameable && at.peek().equals("(")) {
            return sums.attempt(
                            () -> {
                                at.next();
                                return new Function("applied " + symbol.name(), arguments());
                            })
                    .orElse(name);
        }
        return name;
    }

    /// What stands in a bracket, its beginning already read.
    List<Expression> arguments() {
        List<Expression> arguments = new ArrayList<>();
        do {
            arguments.add(sums.sum());
        } while (at.accept(","));
        at.expect(")");
        return arguments;
    }

    private Expression atom(String token) {
        if (FRACTIONS.contains(token)) {
            Expression top = at.seesDigit(0) ? Num.of(digit()) : braced();
            return Expression.quotient(top, at.seesDigit(0) ? Num.of(digit()) : braced());
        }
        if (BINOMIALS.contains(token)) {
            Expression above = braced();
            return new Function("binomial", List.of(above, braced()));
        }
        if (HarnessTokens.isDifferential(token)) {
            return new Symbol(token.replaceAll("[\\s\\\\]", ""));
        }
        return switch (token) {
            case "\\mathit" -> named();
            case "\\lfloor" -> new Function("floor", List.of(closed("\\rfloor")));
            case "\\lceil" -> new Function("ceiling", List.of(closed("\\rceil")));
            case "\\infty" -> Constant.INFINITY;
            default -> symbol(token.startsWith("\\") ? token.substring(1) : token);
        };
    }

    /// Letters in braces as one symbol.
    private Symbol named() {
        at.expect("{");
        StringBuilder name = new StringBuilder();
        while (HarnessTokens.isLetter(at.peek())) {
            name.append(at.next());
        }
        at.expect("}");
        return new Symbol(name.toString());
    }

    int digit() {
        return Integer.parseInt(at.next());
    }

    private Symbol symbol(String name) {
        StringBuilder whole = new StringBuilder(name);
        if (at.accept("_")) {
            whole.append('_').append(script());
        }
        while (at.accept("'")) {
            whole.append('\'');
        }
        return new Symbol(whole.toString());
    }

    /// An exponent or index: a braced sum, or one number, letter or command.
    Expression script() {
        if (at.accept("{")) {
            return closed("}");
        }
        if (at.seesDigit(0)) {
            return number();
        }
        String token = at.peek();
        boolean atom = !BRACKETS.containsKey(token) && !token.equals("|") && beginsFactor(false);
        if (!atom) {
            throw new DeadEndException("an index");
        }
        return atom(at.next());
    }
}
