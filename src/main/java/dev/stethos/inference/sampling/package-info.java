/// How a row of logits becomes a token: adjustments, truncation, one draw from a sequence's own
/// seed, and the log-probabilities that are reported with it.
@NullMarked
package dev.stethos.inference.sampling;

import org.jspecify.annotations.NullMarked;
