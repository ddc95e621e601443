package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.inference.Sequence.LogitsReader;
import dev.stethos.inference.generation.GenerationEvent.PromptScored;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.ArrayList;
import java.util.List;

/// The log probabilities of a prompt's tokens, gathered row by row.
final class PromptScores {
    private final int[] prompt;
    private final int alternatives;
    private final List<TokenLogprob> tokens = new ArrayList<>();

    PromptScores(GenerationRequest request) {
        prompt = request.prompt();
        alternatives = Math.max(0, request.topLogprobs());
    }

    /// Takes the logits of all of the row's tokens, which start at `offset`. A token's are those of
    /// the token before it; the first has none.
    void add(Row row, float[] logits, int offset, LogitsReader reader) {
        if (row.start() == 0) {
            tokens.add(new TokenLogprob(prompt[0], Double.NaN, List.of()));
        }
        int end = Math.min(row.start() + row.tokens().length, prompt.length - 1);
        for (int position = row.start(); position < end; position++) {
            int at = offset + (position - row.start()) * reader.vocabSize();
            tokens.add(reader.logprobs().of(logits, at, prompt[position + 1], alternatives));
        }
    }

    /// Forgets what was gathered; the prompt begins again.
    void clear() {
        tokens.clear();
    }

    /// All of them; nothing is kept.
    PromptScored take() {
        PromptScored scored = new PromptScored(tokens);
        tokens.clear();
        return scored;
    }
}
