/// Automated interpretability: a language model explains latents and is then scored by how well its
/// explanation predicts where and how strongly they fire. Start at [LatentScoring]. It knows
/// nothing about which model the judge is.
@NullMarked
package dev.stethos.lab.explain;

import org.jspecify.annotations.NullMarked;
