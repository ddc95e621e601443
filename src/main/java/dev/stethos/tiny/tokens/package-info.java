/// A byte-pair vocabulary learned from the tiny model's corpora and written as a tokenizer.json of
/// Gemma's kind. Start at [BytePairTrainer]. It knows nothing about models or problems.
@NullMarked
package dev.stethos.tiny.tokens;

import org.jspecify.annotations.NullMarked;
