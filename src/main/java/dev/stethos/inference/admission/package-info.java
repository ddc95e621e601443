/// Who is let in: priorities, bounds, likely cost and wait. Start at [AdmissionBounds]. It knows
/// nothing about sequences that run.
@NullMarked
package dev.stethos.inference.admission;

import org.jspecify.annotations.NullMarked;
