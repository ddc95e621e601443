/// Sparse autoencoders: read and written in the formats that others publish, run, trained and
/// measured. Start at [Sae]. It knows nothing about meta SAEs.
@NullMarked
package dev.stethos.lab.sae;

import org.jspecify.annotations.NullMarked;
