/// The Gemma 3 text decoder: its configuration, its program, its weights as immutable revisions,
/// its tokenizer and chat template. Start at [Gemma3Model]. It does not know that weights can be
/// edited, nor how requests are scheduled.
@NullMarked
package dev.stethos.gemma;

import org.jspecify.annotations.NullMarked;
