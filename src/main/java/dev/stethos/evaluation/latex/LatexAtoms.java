package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import dev.stethos.evaluation.latex.LatexToken.Kind;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What products are made of: numbers, symbols, bracketed sums, and what commands begin.
final class LatexAtoms {
    private static final int LARGEST_SCALE = 1000;
    private static final Set<String> INVERTIBLE =
            Set.of("sin", "cos", "tan", "csc", "sec", "cot", "sinh", "cosh", "tanh");

    private final TokenCursor at;
    private final LatexParser sums;

    LatexAtoms(TokenCursor at, LatexParser sums) {
        this.at = at;
        this.sums = sums;
    }

    /// What the next token begins.
    Expression next() {
        LatexToken token = at.next();
        return switch (token.kind()) {
            case NUMBER -> number(token.text());
            case LETTER -> symbol(token.text());
            case TEXT, ACCENT -> indexed(token.text().toLowerCase(Locale.ROOT));
            case COMMAND -> command(token.text());
            case SIGN -> bracket(token.text());
            case END -> throw new UnreadableException("the end came too early");
        };
    }

    /// What an opening bracket begins, the bracket already read.
    Expression bracket(String open) {
        String close =
                switch (open) {
                    case "(" -> ")";
                    case "[" -> "]";
                    case "{" -> "}";
                    case "|" -> "|";
                    default -> throw new UnreadableException("\"" + open + "\"");
                };
        Expression inside = open.equals("|") ? sums.barred() : sums.sum();
        if (open.equals("{") && at.accept("\\choose")) {
            inside = new Function("binomial", List.of(inside, sums.sum()));
        }
        at.expect(close);
        return open.equals("|") ? new Function("abs", List.of(inside)) : inside;
    }

    /// What a command begins, the command already read.
    Expression command(String command) {
        if (LatexNames.FRACTIONS.contains(command)) {
            Expression top = argument();
            return Expression.quotient(top, argument());
        }
        if (LatexNames.CONSTANTS.get(command) instanceof Expression constant) {
            return constant;
        }
        if (LatexNames.STYLES.contains(command)) {
            return argument();
        }
        if (LatexNames.FUNCTIONS.contains(command)) {
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
            case "\\vert" -> closed("abs", "\\vert");
            default -> {
                if (!LatexNames.isLetter(command)) {
                    throw new UnreadableException(command);
                }
                yield symbol(command.substring(1).toLowerCase(Locale.ROOT));
            }
        };
    }

    private Expression closed(String function, String end) {
        Expression inside = sums.sum();
        at.expect(end);
        return new Function(function, List.of(inside));
    }

    private Expression radical() {
        Expression degree = Num.of(2);
        if (at.accept("[")) {
            degree = sums.sum();
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
        Expression exponent = at.accept("^") ? exponent() : Num.of(1);
        boolean bracketed = at.accept("(");
        Expression argument = bracketed ? bracket("(") : functionArgument();
        if (exponent.equals(Num.of(-1)) && INVERTIBLE.contains(name)) {
            return new Function("arc" + name, List.of(argument));
        }
        Expression value = applied(name, based, base, argument);
        return exponent.equals(Num.of(1)) ? value : new Power(value, exponent);
    }

    /// What a function without brackets is applied to: a product up to the next sign.
    private Expression functionArgument() {
        if (at.peek().is("-")) {
            return sums.signed();
        }
        Expression product = sums.power();
        while (LatexNames.beginsFactor(at.peek())
                && !LatexNames.FUNCTIONS.contains(at.peek().text())) {
            product = LatexParser.times(product, sums.power());
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
                        : name.equals("ln")
                                ? log
                                : Expression.quotient(log, new Function("ln", List.of(Num.of(10))));
            }
            default -> new Function(name, List.of(argument));
        };
    }

    /// What stands behind `^`: a braced group, a number, a letter or a command.
    Expression exponent() {
        return at.peek().kind() == Kind.NUMBER ? number(at.next().text()) : argument();
    }

    /// A braced group, or the one digit, letter or command that stands for it.
    Expression argument() {
        if (at.accept("{")) {
            Expression inside = sums.sum();
            at.expect("}");
            return inside;
        }
        LatexToken token = at.peek();
        if (token.kind() == Kind.NUMBER) {
            return number(at.nextDigit().text());
        }
        if (at.acceptAny(LatexNames.MINUS)) {
            return Expression.negative(argument());
        }
        return next();
    }

    /// A number with or without an exponent of ten; an index behind it names its base and does not
    /// count.
    private Expression number(String digits) {
        BigDecimal value = new BigDecimal(digits);
        if (Math.abs(value.scale()) > LARGEST_SCALE) {
            throw new UnreadableException("more than " + LARGEST_SCALE + " digits");
        }
        if (at.accept("_")) {
            index();
        }
        boolean decimal = digits.contains(".") || digits.contains("E");
        BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen(Math.max(0, value.scale()));
        return Num.ratio(
                value.multiply(power).toBigIntegerExact(), power.toBigIntegerExact(), decimal);
    }

    private Expression symbol(String letter) {
        String name = LatexNames.letter(letter);
        if (letter.equalsIgnoreCase("i")) {
            return Constant.I;
        }
        if (letter.equals("e")) {
            return Constant.E;
        }
        if (name.equals("pi")) {
            return Constant.PI;
        }
        Expression symbol = indexed(name);
        return at.peek().is("(") ? applied((Symbol) symbol) : symbol;
    }

    private Symbol indexed(String name) {
        return at.accept("_") ? new Symbol(name + "_" + index()) : new Symbol(name);
    }

    /// What stands in an index, as text.
    private String index() {
        if (at.ended()) {
            throw new UnreadableException("an index without content");
        }
        if (!at.accept("{")) {
            return at.next().text().toLowerCase(Locale.ROOT);
        }
        StringBuilder index = new StringBuilder();
        while (!at.accept("}")) {
            if (at.ended() || at.peek().is("{")) {
                throw new UnreadableException("an index without an end");
            }
            index.append(at.next().text());
        }
        return index.toString().toLowerCase(Locale.ROOT);
    }

    /// A letter before a bracket with one letter or number in it is a function, else a factor.
    private Expression applied(Symbol symbol) {
        TokenCursor.Mark start = at.mark();
        at.next();
        Kind kind = at.next().kind();
        if ((kind == Kind.LETTER || kind == Kind.NUMBER) && at.accept(")")) {
            at.backTo(start);
            at.next();
            Expression argument = next();
            at.expect(")");
            return new Function("applied " + symbol.name(), List.of(argument));
        }
        at.backTo(start);
        return symbol;
    }
}
