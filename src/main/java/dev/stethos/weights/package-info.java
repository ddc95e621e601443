/// Named tensors on disk: the safetensors format, checkpoints of one or several files, canonical
/// weight names and content hashes. Start at [Checkpoint]. It knows nothing about models or
/// engines.
@NullMarked
package dev.stethos.weights;

import org.jspecify.annotations.NullMarked;
