/// The model's forward pass over whole batches: activations at chosen hookpoints of given
/// documents, the next-token loss with some of them replaced, and greedy answers to many prompts at
/// once. Start at [ActivationCollector] and [GreedyAnswers]. It knows nothing about sparse
/// autoencoders.
@NullMarked
package dev.stethos.lab.activations;

import org.jspecify.annotations.NullMarked;
