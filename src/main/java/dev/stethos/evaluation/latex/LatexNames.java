package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Constant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What commands and signs stand for.
final class LatexNames {
    static final Map<String, String> RELATIONS =
            Map.ofEntries(
                    Map.entry("=", "="),
                    Map.entry("<", "<"),
                    Map.entry("\\lt", "<"),
                    Map.entry(">", ">"),
                    Map.entry("\\gt", ">"),
                    Map.entry("\\le", "<="),
                    Map.entry("\\leq", "<="),
                    Map.entry("\\leqslant", "<="),
                    Map.entry("≤", "<="),
                    Map.entry("\\ge", ">="),
                    Map.entry("\\geq", ">="),
                    Map.entry("\\geqslant", ">="),
                    Map.entry("≥", ">="),
                    Map.entry("<=", "<="),
                    Map.entry(">=", ">="),
                    Map.entry("\\ne", "!="),
                    Map.entry("\\neq", "!="),
                    Map.entry("!=", "!="),
                    Map.entry("≠", "!="),
                    Map.entry("\\in", "in"));
    static final Set<String> MINUS = Set.of("-", "\u2212");
    static final Set<String> TIMES = Set.of("*", "\\cdot", "\\times", "\\ast", "×", "·", "\\cdotp");
    static final Set<String> OVER = Set.of("/", "\\div", "÷", ":", "\\over");
    static final Set<String> FRACTIONS = Set.of("\\frac", "\\dfrac", "\\tfrac", "\\cfrac");
    static final Map<String, Expression> CONSTANTS = Map.of("\\infty", Constant.INFINITY);
    static final Set<String> STYLES = Set.of("\\boxed", "\\phantom");
    static final Set<String> FUNCTIONS =
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
    private static final Set<String> OPENINGS =
            Set.of(
                    "\\sqrt", "\\binom", "\\dbinom", "\\tbinom", "\\lfloor", "\\lceil", "\\lvert",
                    "\\begin");
    private static final List<String> GREEK =
            List.of(
                    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota",
                    "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "varsigma", "sigma",
                    "tau", "upsilon", "phi", "chi", "psi", "omega");
    private static final Set<String> OTHER_LETTERS =
            Set.of(
                    "varepsilon", "vartheta", "varpi", "varrho", "varphi", "ell", "angle", "triangle",
                    "prime", "square", "imath", "jmath", "hbar", "nabla", "measuredangle", "wp");

    private LatexNames() {}

    /// Whether a command stands for a letter that is an unknown or pi; capital or not is the same.
    static boolean isLetter(String command) {
        String name = command.substring(1);
        return OTHER_LETTERS.contains(name) || GREEK.contains(name.toLowerCase(Locale.ROOT));
    }

    /// The name of a letter; a Greek one is spelled out.
    static String letter(String letter) {
        String small = letter.toLowerCase(Locale.ROOT);
        int greek = small.charAt(0) - '\u03b1';
        return greek >= 0 && greek < GREEK.size() ? GREEK.get(greek) : small;
    }

    /// Whether a factor can begin with that token.
    static boolean beginsFactor(LatexToken token) {
        return switch (token.kind()) {
            case NUMBER, LETTER, TEXT, ACCENT -> true;
            case COMMAND -> beginsFactor(token.text());
            case SIGN ->
                    token.is("(")
                            || token.is("{")
                            || token.is("[")
                            || token.is("|")
                            || CONSTANTS.containsKey(token.text());
            case END -> false;
        };
    }

    private static boolean beginsFactor(String command) {
        return FUNCTIONS.contains(command)
                || FRACTIONS.contains(command)
                || CONSTANTS.containsKey(command)
                || STYLES.contains(command)
                || OPENINGS.contains(command)
                || isLetter(command);
    }
}
