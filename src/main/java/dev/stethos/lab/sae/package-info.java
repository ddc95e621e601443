/// Sparse autoencoders: read and written in the formats that others publish, run, trained and
/// measured. Start at [Sae], [SaeFolder] and [SaeTraining].
@NullMarked
package dev.stethos.lab.sae;

import org.jspecify.annotations.NullMarked;
