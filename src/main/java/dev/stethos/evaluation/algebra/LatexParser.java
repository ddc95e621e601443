package dev.stethos.evaluation.algebra;

import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Percent;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Product;
import dev.stethos.evaluation.algebra.Expression.Sum;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import dev.stethos.evaluation.algebra.Expression.Text;
import dev.stethos.evaluation.algebra.LatexToken.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sums, products, powers and functions written in LaTeX, by recursive descent. Brackets that hold
/// more than one of them are not its matter.
final class LatexParser {
    private static final Set<String> CONJUNCTIONS = Set.of("and", "or", ", and", ", or", ",");
    private static final Set<String> MINUS = Set.of("-", "\u2212");
    private static final Set<String> FUNCTIONS =
            Set.of(
                    "\\sin",
                    "\\cos",
                    "\\tan",
                    "\\cot",
                    "\\sec",
                    "\\csc",
                    "\\arcsin",
                    "\\arccos",
                    "\\arctan",
                    "\\sinh",
                    "\\cosh",
                    "\\tanh",
                    "\\ln",
                    "\\log",
                    "\\lg",
                    "\\exp",
                    "\\min",
                    "\\max",
                    "\\gcd");
    private static final Set<String> TIMES =
            Set.of("*", "\\cdot", "\\times", "\\ast", "×", "·", "\\cdotp");
    private static final Set<String> OVER = Set.of("/", "\\div", "÷", ":");
    private static final Set<String> FRACTIONS = Set.of("\\frac", "\\dfrac", "\\tfrac", "\\cfrac");
    private static final Map<String, Expression> CONSTANTS =
            Map.of(
                    "\\pi",
                    Constant.PI,
                    "π",
                    Constant.PI,
                    "\\infty",
                    Constant.INFINITY,
                    "∞",
                    Constant.INFINITY);
    private static final Set<String> STYLES =
            Set.of(
                    "\\mathbf",
                    "\\mathcal",
                    "\\mathbb",
                    "\\boldsymbol",
                    "\\vec",
                    "\\hat",
                    "\\overline",
                    "\\bar",
                    "\\boxed",
                    "\\fbox",
                    "\\mathit");

    private final TokenCursor at;
    private final Notation notation;

    LatexParser(TokenCursor at, Notation notation) {
        this.at = at;
        this.notation = notation;
    }

    /// A sum of terms.
    Expression sum() {
        at.descend();
        List<Expression> terms = new ArrayList<>();
        terms.add(term());
        while (true) {
            if (at.accept("+")) {
                terms.add(term());
            } else if (at.acceptAny(MINUS)) {
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
            if (at.acceptAny(TIMES)) {
                product = times(product, signed());
            } else if (at.acceptAny(OVER)) {
                product = Expression.quotient(product, signed());
            } else if (at.peek().kind() == Kind.TEXT
                    && notation == Notation.ANSWERS
                    && !isConjunction(at.peek())) {
                unit();
            } else if (beginsFactor()) {
                boolean mixed =
                        notation == Notation.ANSWERS
                                && product instanceof Num n
                                && n.isInteger()
                                && FRACTIONS.contains(at.peek().text());
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

    static boolean isConjunction(LatexToken token) {
        return token.kind() == Kind.TEXT && CONJUNCTIONS.contains(token.text());
    }

    /// Words behind a number, such as units, do not count.
    private void unit() {
        at.next();
        if (at.accept("^")) {
            argument();
        }
    }

    private static boolean isFraction(Expression e) {
        return e instanceof Product p
                && p.factors().get(0) instanceof Num
                && p.factors().get(1) instanceof Power;
    }

    private static Expression mixed(Num whole, Expression fraction) {
        return new Sum(
                List.of(
                        whole,
                        whole.numerator().signum() < 0 ? Expression.negative(fraction) : fraction));
    }

    private static Expression times(Expression first, Expression second) {
        if (first instanceof Product p) {
            List<Expression> factors = new ArrayList<>(p.factors());
            factors.add(second);
            return new Product(factors);
        }
        return new Product(List.of(first, second));
    }

    private Expression signed() {
        at.descend();
        Expression result;
        if (at.acceptAny(MINUS)) {
            result = Expression.negative(signed());
        } else if (at.accept("+")) {
            result = signed();
        } else {
            result = power();
        }
        at.ascend();
        return result;
    }

    private boolean beginsFactor() {
        LatexToken token = at.peek();
        return switch (token.kind()) {
            case NUMBER, LETTER -> true;
            case TEXT -> !isConjunction(token);
            case COMMAND -> beginsWith(token.text());
            case SIGN ->
                    token.is("(")
                            || token.is("{")
                            || token.is("[")
                            || CONSTANTS.containsKey(token.text());
            case END -> false;
        };
    }

    private static boolean beginsWith(String command) {
        return FUNCTIONS.contains(command)
                || FRACTIONS.contains(command)
                || CONSTANTS.containsKey(command)
                || STYLES.contains(command)
                || command.equals("\\sqrt")
                || command.equals("\\binom")
                || command.equals("\\lfloor")
                || command.equals("\\lceil")
                || command.equals("\\begin")
                || Greek.isLetter(command);
    }

    private Expression power() {
        Expression base = postfix(atom());
        if (!at.accept("^")) {
            return base;
        }
        if (at.accept("\\circ")) {
            return base;
        }
        TokenCursor.Mark start = at.mark();
        if (at.accept("{")) {
            if (at.accept("\\circ") && at.accept("}")) {
                return base;
            }
            at.backTo(start);
        }
        Expression exponent = argument();
        return postfix(new Power(base, exponent));
    }

    private Expression postfix(Expression e) {
        Expression result = e;
        while (true) {
            if (at.accept("!")) {
                result = new Function("factorial", List.of(result));
            } else if (at.accept("\\%") || at.accept("%")) {
                result = notation == Notation.ANSWERS ? new Percent(result) : result;
            } else if (at.accept("°") || at.accept("\\degree")) {
                continue;
            } else if (at.peek().is("_")) {
                throw new UnreadableException("an index");
            } else {
                return result;
            }
        }
    }

    private Expression atom() {
        LatexToken token = at.next();
        return switch (token.kind()) {
            case NUMBER -> number(token.text());
            case LETTER -> symbol(token.text());
            case TEXT -> new Text(token.text());
            case COMMAND -> command(token.text());
            case SIGN -> bracket(token.text());
            case END -> throw new UnreadableException("the end came too early");
        };
    }

    /// What an opening bracket begins, the bracket already read.
    Expression bracket(String open) {
        if (CONSTANTS.get(open) instanceof Expression constant) {
            return constant;
        }
        String close =
                switch (open) {
                    case "(" -> ")";
                    case "[" -> "]";
                    case "{" -> "}";
                    case "|" -> "|";
                    default -> throw new UnreadableException("\"" + open + "\"");
                };
        Expression inside = sum();
        at.expect(close);
        return open.equals("|") ? new Function("abs", List.of(inside)) : inside;
    }

    /// What a command begins, the command already read.
    Expression command(String command) {
        if (FRACTIONS.contains(command)) {
            Expression top = argument();
            return Expression.quotient(top, argument());
        }
        if (CONSTANTS.get(command) instanceof Expression constant) {
            return constant;
        }
        if (STYLES.contains(command)) {
            return argument();
        }
        if (FUNCTIONS.contains(command)) {
            return function(command.substring(1));
        }
        return switch (command) {
            case "\\sqrt" -> radical();
            case "\\binom", "\\dbinom", "\\tbinom" -> {
                Expression above = argument();
                yield new Function("binomial", List.of(above, argument()));
            }
            case "\\lfloor" -> closed("floor", "\\rfloor");
            case "\\lceil" -> closed("ceiling", "\\rceil");
            case "\\lvert" -> closed("abs", "\\rvert");
            default -> {
                if (!Greek.isLetter(command)) {
                    throw new UnreadableException(command);
                }
                yield symbol(command.substring(1));
            }
        };
    }

    private Expression closed(String function, String end) {
        Expression inside = sum();
        at.expect(end);
        return new Function(function, List.of(inside));
    }

    private Expression radical() {
        Expression degree = Num.of(2);
        if (at.accept("[")) {
            degree = sum();
            at.expect("]");
        }
        return Expression.root(argument(), degree);
    }

    private Expression function(String name) {
        Expression base = Constant.E;
        boolean based = at.accept("_");
        if (based) {
            base = argument();
        }
        Expression exponent = at.accept("^") ? argument() : Num.of(1);
        Expression argument = at.peek().is("(") ? power() : functionArgument();
        Expression value = applied(name, based, base, argument);
        return exponent.equals(Num.of(1)) ? value : new Power(value, exponent);
    }

    /// What a function without brackets is applied to: a product up to the next sign.
    private Expression functionArgument() {
        if (at.peek().is("-")) {
            return signed();
        }
        Expression product = power();
        while (beginsFactor() && !FUNCTIONS.contains(at.peek().text())) {
            product = times(product, power());
        }
        return product;
    }

    private Expression applied(String name, boolean based, Expression base, Expression argument) {
        return switch (name) {
            case "exp" -> new Power(Constant.E, argument);
            case "log", "lg", "ln" -> {
                Expression log = new Function("ln", List.of(argument));
                yield based
                        ? Expression.quotient(log, new Function("ln", List.of(base)))
                        : name.equals("ln") || notation == Notation.HARNESS
                                ? log
                                : Expression.quotient(log, new Function("ln", List.of(Num.of(10))));
            }
            default -> new Function(name, List.of(argument));
        };
    }

    /// A braced group, or the one digit, letter or command that stands for it.
    Expression argument() {
        if (at.accept("{")) {
            Expression inside = sum();
            at.expect("}");
            return inside;
        }
        LatexToken token = at.peek();
        if (token.kind() == Kind.NUMBER) {
            return number(at.nextDigit().text());
        }
        if (at.acceptAny(MINUS)) {
            return Expression.negative(argument());
        }
        return atom();
    }

    private static Expression number(String digits) {
        BigDecimal value = new BigDecimal(digits);
        boolean decimal = value.scale() > 0;
        return Num.ratio(
                value.unscaledValue(),
                BigDecimal.ONE.scaleByPowerOfTen(value.scale()).toBigInteger(),
                decimal);
    }

    private Expression symbol(String name) {
        if (notation == Notation.ANSWERS) {
            if (name.equals("i")) {
                return Constant.I;
            }
            if (name.equals("e")) {
                return Constant.E;
            }
        }
        if (at.accept("_")) {
            boolean braced = at.accept("{");
            LatexToken index = at.next();
            if (braced) {
                at.expect("}");
            }
            return new Symbol(name + "_" + index.text());
        }
        return new Symbol(name);
    }
}
