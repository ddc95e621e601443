package dev.stethos.evaluation.algebra;

import java.time.Duration;

/// Algebra on expressions in numbers, symbols and functions.
public interface Algebra {

    /// Whether an expression is zero whatever its symbols stand for: SAME as zero, DIFFERENT, or
    /// UNDECIDED where that could not be shown within the limit.
    Agreement isZero(Expression expression, Duration limit);
}
