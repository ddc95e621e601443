/// The OpenAI-style HTTP API: completions, chat completions, models, tokenize. Start at
/// [ChatCompletionResource]. It turns wire records into generation requests and events into
/// answers.
@NullMarked
package dev.stethos.openai;

import org.jspecify.annotations.NullMarked;
