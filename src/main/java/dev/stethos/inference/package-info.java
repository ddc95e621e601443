/// Continuous batching: one device thread runs the decoder for every sequence, samples and streams
/// events. Start at [InferenceEngine]. It runs whatever revision a request names and knows nothing
/// about edits, HTTP or model names.
@NullMarked
package dev.stethos.inference;

import org.jspecify.annotations.NullMarked;
