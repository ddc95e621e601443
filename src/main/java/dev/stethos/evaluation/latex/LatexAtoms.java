package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Constant;
import dev.stethos.evaluation.algebra.Expression.Function;
import dev.stethos.evaluation.algebra.Expression.Num;
import dev.stethos.evaluation.algebra.Expression.Power;
import dev.stethos.evaluation.algebra.Expression.Symbol;
import dev.stethos.evaluation.algebra.Expression.Text;
import dev.stethos.evaluation.latex.LatexToken.Kind;
import java.math.BigDecimal;
import java.util.List;

/// What products are made of: numbers, symbols, bracketed sums, and what commands begin.
final class LatexAtoms {
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
            case TEXT -> new Text(token.text());
            case COMMAND -> command(token.text());
            case SIGN -> bracket(token.text());
            case END -> throw new UnreadableException("the end came too early");
        };
    }

    /// What an opening bracket begins, the bracket already read.
    Expression bracket(String open) {
        if (LatexNames.CONSTANTS.get(open) instanceof Expression constant) {
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
        Expression inside = sums.sum();
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
            default -> {
                if (!LatexNames.isLetter(command)) {
                    throw new UnreadableException(command);
                }
                yield symbol(command.substring(1));
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
        Expression exponent = at.accept("^") ? argument() : Num.of(1);
        Expression argument = at.peek().is("(") ? sums.power() : functionArgument();
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

    private static Expression number(String digits) {
        BigDecimal value = new BigDecimal(digits);
        boolean decimal = value.scale() > 0;
        return Num.ratio(
                value.unscaledValue(),
                BigDecimal.ONE.scaleByPowerOfTen(value.scale()).toBigInteger(),
                decimal);
    }

    private Expression symbol(String name) {
        if (name.equals("i")) {
            return Constant.I;
        }
        if (name.equals("e")) {
            return Constant.E;
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
