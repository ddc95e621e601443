/// Reads answers written in LaTeX. Start at [AnswerParser], which reads as Math-Verify does, and
/// [HarnessParser], which reads as lm-evaluation-harness does. It knows nothing about what makes two
/// answers equal.
@NullMarked
package dev.stethos.evaluation.latex;

import org.jspecify.annotations.NullMarked;
