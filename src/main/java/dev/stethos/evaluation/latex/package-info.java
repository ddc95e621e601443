/// Reads answers written in LaTeX. Start at [AnswerParser]. It knows nothing about what makes two
/// answers equal.
@NullMarked
package dev.stethos.evaluation.latex;

import org.jspecify.annotations.NullMarked;
