/// Mathematical answers as expressions, and when they are the same. Start at [AnswerComparison] and
/// [HarnessComparison]. It knows nothing about suites or how an answer was written.
@NullMarked
package dev.stethos.evaluation.algebra;

import org.jspecify.annotations.NullMarked;
