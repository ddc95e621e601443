/// Statistics of paired and unpaired proportions, and of paired measurements: numbers in, numbers
/// out. Start at [McNemar]. It knows nothing about models or evaluations.
@NullMarked
package dev.stethos.stats;

import org.jspecify.annotations.NullMarked;
