/// The scalpel: a task vector projected onto chosen directions of the residual stream, with the
/// energy that it keeps beside chance, a random subspace and the best subspace of that rank. Start
/// at [ProjectedTaskVector]. It knows nothing about sparse autoencoders or models that run.
@NullMarked
package dev.stethos.lab.projection;

import org.jspecify.annotations.NullMarked;
