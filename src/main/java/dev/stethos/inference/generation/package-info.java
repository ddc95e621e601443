/// What is asked of the engine and what it tells. Start at [GenerationRequest] and
/// [GenerationEvent].
@NullMarked
package dev.stethos.inference.generation;

import org.jspecify.annotations.NullMarked;
