package dev.stethos.inference;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.Params;
import dev.stethos.inference.sampling.SamplingParams;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Requests for tests: greedy, sixteen tokens, no stops, but for what a test sets.
@SuppressWarnings("ArrayRecordComponent")
record Requests(
        Revision revision,
        int[] prompt,
        SamplingParams sampling,
        int maxTokens,
        List<String> stop,
        Set<Integer> stopTokens,
        Set<Integer> bannedFirst,
        int topLogprobs,
        boolean promptLogprobs,
        Priority priority) {
    static final Revision BASE = Revision.base("base", Map.of());

    static Requests of(int... prompt) {
        return new Requests(
                BASE,
                prompt,
                SamplingParams.GREEDY,
                16,
                List.of(),
                Set.of(),
                Set.of(),
                -1,
                false,
                Priority.INTERACTIVE);
    }

    Requests revision(Revision value) {
        return new Requests(
                value,
                prompt,
                sampling,
                maxTokens,
                stop,
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                priority);
    }

    Requests sampling(Params value) {
        return new Requests(
                revision,
                prompt,
                value.build(),
                maxTokens,
                stop,
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                priority);
    }

    Requests maxTokens(int value) {
        return new Requests(
                revision,
                prompt,
                sampling,
                value,
                stop,
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                priority);
    }

    Requests stop(String... value) {
        return new Requests(
                revision,
                prompt,
                sampling,
                maxTokens,
                List.of(value),
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                priority);
    }

    Requests stopTokens(Integer... value) {
        return new Requests(
                revision,
                prompt,
                sampling,
                maxTokens,
                stop,
                Set.of(value),
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                priority);
    }

    Requests bannedFirst(Integer... value) {
        return new Requests(
                revision,
                prompt,
                sampling,
                maxTokens,
                stop,
                stopTokens,
                Set.of(value),
                topLogprobs,
                promptLogprobs,
                priority);
    }

    Requests logprobs(int top, boolean ofPrompt) {
        return new Requests(
                revision,
                prompt,
                sampling,
                maxTokens,
                stop,
                stopTokens,
                bannedFirst,
                top,
                ofPrompt,
                priority);
    }

    Requests background() {
        return new Requests(
                revision,
                prompt,
                sampling,
                maxTokens,
                stop,
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                Priority.BACKGROUND);
    }

    GenerationRequest build() {
        return new GenerationRequest(
                revision,
                prompt,
                sampling,
                maxTokens,
                stop,
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                priority);
    }
}
