package dev.stethos.inference;

import dev.stethos.gemma.Revision;
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
        boolean promptLogprobs) {
    static final Revision BASE = Revision.base("base", Map.of());

    static Requests of(int... prompt) {
        return new Requests(
                BASE, prompt, SamplingParams.GREEDY, 16, List.of(), Set.of(), Set.of(), -1, false);
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
                promptLogprobs);
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
                promptLogprobs);
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
                promptLogprobs);
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
                promptLogprobs);
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
                promptLogprobs);
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
                promptLogprobs);
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
                ofPrompt);
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
                promptLogprobs);
    }
}
