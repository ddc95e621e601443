/// The embedded model's origin: a problem generator, a control corpus, a tokenizer and the training
/// of a small Gemma 3 and its tuned twin. Offline. Start at [TinyTraining]. Nothing imports it but
/// cli.
@NullMarked
package dev.stethos.tiny;

import org.jspecify.annotations.NullMarked;
