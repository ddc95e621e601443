package dev.stethos.openai;

import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One sequence from its first event to its last.
record Outcome(
        List<TokenLogprob> prompt,
        List<GenerationEvent.Text> texts,
        GenerationEvent.Finished finished) {

    Outcome {
        prompt = List.copyOf(prompt);
        texts = List.copyOf(texts);
    }

    String text() {
        return texts.stream().map(GenerationEvent.Text::text).collect(Collectors.joining());
    }

    List<TokenLogprob> logprobs() {
        return texts.stream().flatMap(text -> text.logprobs().stream()).toList();
    }

    /// Takes a sequence's events in their order.
    static final class Builder {
        private final List<TokenLogprob> prompt = new ArrayList<>();
        private final List<GenerationEvent.Text> texts = new ArrayList<>();
        private GenerationEvent.@Nullable Finished finished;

        void add(GenerationEvent event) {
            switch (event) {
                case GenerationEvent.PromptScored scored -> prompt.addAll(scored.tokens());
                case GenerationEvent.Text text -> texts.add(text);
                case GenerationEvent.Finished last -> finished = last;
                case GenerationEvent.Failed failed ->
                        throw new IllegalStateException(failed.message());
            }
        }

        Outcome build() {
            return new Outcome(prompt, texts, Objects.requireNonNull(finished));
        }
    }
}
