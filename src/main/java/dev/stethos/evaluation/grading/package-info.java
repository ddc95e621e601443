/// Grading: how the answer is found in a solution's text and when two answers are the same. Start
/// at [AnswerExtraction] and [AnswerEquivalence]. It knows nothing about models or suites.
@NullMarked
package dev.stethos.evaluation.grading;

import org.jspecify.annotations.NullMarked;
