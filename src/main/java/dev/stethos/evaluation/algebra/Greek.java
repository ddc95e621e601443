package dev.stethos.evaluation.algebra;

import java.util.Set;

/// The commands for Greek letters that stand for unknowns.
final class Greek {
    private static final Set<String> LETTERS =
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

    private Greek() {}

    static boolean isLetter(String command) {
        return LETTERS.contains(command);
    }
}
