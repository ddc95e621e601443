/// What happens inside the model on given documents: activations at chosen hookpoints, and the
/// next-token loss with some of them replaced. Start at [ActivationCollector]. It knows nothing
/// about sparse autoencoders.
@NullMarked
package dev.stethos.lab.activations;

import org.jspecify.annotations.NullMarked;
