package dev.stethos.inference.generation;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.sampling.SamplingParams;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/// One sequence to generate. The revision is used from the first token to the last; whoever submits
/// keeps it pinned until the sequence ends. `topLogprobs` -1 asks for none, 0 for the chosen
/// token's alone. `stopTokens` end the sequence and add no text; with `promptLogprobs` the end
/// token is sent with its log probability, so that every scored and generated token has one. `stop`
/// strings end it and are left out. `bannedFirst` tokens cannot be generated first.
@SuppressWarnings("ArrayRecordComponent")
public record GenerationRequest(
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

    public GenerationRequest {
        prompt = prompt.clone();
        stop = List.copyOf(stop);
        stopTokens = Set.copyOf(stopTokens);
        bannedFirst = Set.copyOf(bannedFirst);
        if (prompt.length == 0) {
            throw new IllegalArgumentException("prompt: it has no tokens, allowed is one or more");
        }
        if (maxTokens < 0 || (maxTokens == 0 && !promptLogprobs)) {
            throw new IllegalArgumentException(
                    "max_tokens: %d was given, allowed is 1 or more, or 0 with prompt logprobs"
                            .formatted(maxTokens));
        }
        if (stop.contains("")) {
            throw new IllegalArgumentException("stop: an empty string was given");
        }
        for (String text : stop) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw new IllegalArgumentException("stop: half of a surrogate pair was given");
            }
        }
        if (topLogprobs < -1) {
            throw new IllegalArgumentException(
                    "top_logprobs: %d was given, allowed is -1 (none) or more"
                            .formatted(topLogprobs));
        }
    }

    /// An interactive one.
    public GenerationRequest(
            Revision revision,
            int[] prompt,
            SamplingParams sampling,
            int maxTokens,
            List<String> stop,
            Set<Integer> stopTokens,
            Set<Integer> bannedFirst,
            int topLogprobs,
            boolean promptLogprobs) {
        this(
                revision,
                prompt,
                sampling,
                maxTokens,
                stop,
                stopTokens,
                bannedFirst,
                topLogprobs,
                promptLogprobs,
                Priority.INTERACTIVE);
    }

    /// The same with another priority.
    public GenerationRequest with(Priority other) {
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
                other);
    }
}
