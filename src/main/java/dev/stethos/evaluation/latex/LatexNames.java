package dev.stethos.evaluation.latex;

import dev.stethos.evaluation.algebra.Expression;
import dev.stethos.evaluation.algebra.Expression.Constant;
import java.util.Map;
import java.util.Set;

/// What commands and signs stand for.
final class LatexNames {
    static final Set<String> MINUS = Set.of("-", "\u2212");
    static final Set<String> TIMES = Set.of("*", "\\cdot", "\\times", "\\ast", "×", "·", "\\cdotp");
    static final Set<String> OVER = Set.of("/", "\\div", "÷", ":");
    static final Set<String> FRACTIONS = Set.of("\\frac", "\\dfrac", "\\tfrac", "\\cfrac");
    static final Map<String, Expression> CONSTANTS =
            Map.of(
                    "\\pi", Constant.PI,
                    "π", Constant.PI,
                    "\\infty", Constant.INFINITY,
                    "∞", Constant.INFINITY);
    static final Set<String> STYLES =
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
    private static final Set<String> CONJUNCTIONS = Set.of("and", "or", ", and", ", or", ",");
    private static final Set<String> OPENINGS =
            Set.of("\\sqrt", "\\binom", "\\dbinom", "\\tbinom", "\\lfloor", "\\lceil", "\\begin");
    private static final Set<String> GREEK =
            Set.of(
                    "\\alpha",
                    "\\beta",
                    "\\gamma",
                    "\\delta",
                    "\\epsilon",
                    "\\varepsilon",
                    "\\zeta",
                    "\\eta",
                    "\\theta",
                    "\\vartheta",
                    "\\kappa",
                    "\\lambda",
                    "\\mu",
                    "\\nu",
                    "\\xi",
                    "\\rho",
                    "\\sigma",
                    "\\tau",
                    "\\phi",
                    "\\varphi",
                    "\\chi",
                    "\\psi",
                    "\\omega",
                    "\\Gamma",
                    "\\Delta",
                    "\\Theta",
                    "\\Lambda",
                    "\\Sigma",
                    "\\Phi",
                    "\\Psi",
                    "\\Omega",
                    "\\ell");

    private LatexNames() {}

    /// Whether a command stands for a letter that is an unknown.
    static boolean isLetter(String command) {
        return GREEK.contains(command);
    }

    /// Whether text joins the elements of a list.
    static boolean isConjunction(LatexToken token) {
        return token.kind() == LatexToken.Kind.TEXT && CONJUNCTIONS.contains(token.text());
    }

    /// Whether a factor can begin with that token.
    static boolean beginsFactor(LatexToken token) {
        return switch (token.kind()) {
            case NUMBER, LETTER -> true;
            case TEXT -> !isConjunction(token);
            case COMMAND -> beginsFactor(token.text());
            case SIGN ->
                    token.is("(")
                            || token.is("{")
                            || token.is("[")
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
