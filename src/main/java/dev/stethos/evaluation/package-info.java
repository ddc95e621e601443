/// A/B evaluation: a suite of math problems answered by a baseline and a candidate arm, item by
/// item, graded and compared. Start at [AbRun], then [AbReport]. It knows nothing about how
/// profiles are made.
@NullMarked
package dev.stethos.evaluation;

import org.jspecify.annotations.NullMarked;
