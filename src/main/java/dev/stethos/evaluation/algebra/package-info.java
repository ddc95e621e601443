/// Mathematical answers as expressions: read from LaTeX and compared. Start at [Equality]. It knows
/// nothing about suites or how an answer was found.
@NullMarked
package dev.stethos.evaluation.algebra;

import org.jspecify.annotations.NullMarked;
