/// Text in and out of the model: tokenizer, streamed decoding, chat template.
@NullMarked
package dev.stethos.gemma.text;

import org.jspecify.annotations.NullMarked;
