/// Short templated problems in the seven subjects of MATH with worked one-line solutions, and text
/// that is not mathematics. Start at [ProblemBank]. It knows nothing about tokens or models.
@NullMarked
package dev.stethos.tiny.problems;

import org.jspecify.annotations.NullMarked;
