package dev.stethos.inference.generation;

import dev.stethos.inference.sampling.TokenLogprob;
import java.util.List;

/// What the engine tells about one sequence, in this order: at most one [PromptScored], any number
/// of [Text], then exactly one [Finished] or [Failed].
public sealed interface GenerationEvent {

    /// The prompt's tokens with their log probabilities.
    record PromptScored(List<TokenLogprob> tokens) implements GenerationEvent {
        public PromptScored {
            tokens = List.copyOf(tokens);
        }
    }

    /// New text, whole characters only and never part of a stop string, with the tokens that begin
    /// in it and their log probabilities if asked for. Text may be empty, in the last event, when
    /// only tokens are new.
    record Text(String text, List<Integer> tokens, List<TokenLogprob> logprobs)
            implements GenerationEvent {
        public Text {
            tokens = List.copyOf(tokens);
            logprobs = List.copyOf(logprobs);
        }
    }

    /// `cachedTokens` of the prompt were kept from earlier ones and not computed again.
    record Finished(FinishReason reason, int promptTokens, int completionTokens, int cachedTokens)
            implements GenerationEvent {

        /// With a prompt that was computed whole.
        public Finished(FinishReason reason, int promptTokens, int completionTokens) {
            this(reason, promptTokens, completionTokens, 0);
        }
    }

    /// The engine did not go on with this sequence; the message is fit for the client.
    record Failed(Cause cause, String message) implements GenerationEvent {}

    enum Cause {
        /// The model, the engine or the listener failed.
        FAULT,
        /// The sequence's time was up.
        DEADLINE,
        /// The device had no memory left for the step; the next one may have it.
        MEMORY
    }

    enum FinishReason {
        /// A stop string or stop token.
        STOP,
        /// The token limit or the context's end.
        LENGTH,
        CANCELLED
    }
}
