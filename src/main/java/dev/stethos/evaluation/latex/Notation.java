package dev.stethos.evaluation.latex;

/// How an answer's LaTeX is understood.
public enum Notation {
    /// As lm-evaluation-harness understands it through SymPy's parser: one expression, whatever
    /// follows it ignored; every letter is a symbol, `log` is the natural logarithm.
    HARNESS,
    /// As answers are written: lists, sets, tuples, intervals, matrices and comparisons too; i and
    /// e are the constants, words behind a number are its unit, `2\frac12` is a mixed number, `log`
    /// is the common logarithm.
    ANSWERS
}
