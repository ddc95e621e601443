/// SAEs made more atomic: trained jointly with a meta SAE that tries to decompose their decoder,
/// and the measures that compare them with SAEs trained alone. Start at [JointTraining] and
/// [Comparison]. "MetaSAEs: Joint Training with a Decomposability Penalty Produces More Atomic
/// Sparse Autoencoder Latents", arXiv 2604.03436.
@NullMarked
package dev.stethos.lab.metasae;

import org.jspecify.annotations.NullMarked;
