package dev.stethos.evaluation;

import dev.stethos.inference.sampling.SamplingParams;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// What an evaluation asks of a model. All arms of one call start together; the futures come in the
/// arms' order and fail with [EvaluationException].
public interface TextModel {

    /// Each arm's answer to a problem, all drawn alike. Waits while the model has no room.
    List<CompletableFuture<Completion>> answer(
            String problem, List<Arm> arms, SamplingParams sampling);

    /// Each arm's greedy answer to a problem. Waits while the model has no room.
    default List<CompletableFuture<Completion>> answer(String problem, List<Arm> arms) {
        return answer(problem, arms, SamplingParams.GREEDY);
    }

    /// Each arm's loss on a document. Waits while the model has no room.
    List<CompletableFuture<TextLoss>> loss(String document, List<Arm> arms);

    /// How many sequences in flight keep the model busy.
    int sequencesInFlight();

    /// An answer as it was generated.
    ///
    /// @param tokens how many were generated
    /// @param truncated whether the token limit cut the text
    record Completion(String text, int tokens, boolean truncated) {}

    /// The negative log probability of a text's tokens, summed, in nats.
    record TextLoss(double nats, int tokens) {
        public TextLoss {
            if (!Double.isFinite(nats) || tokens < 1) {
                throw new IllegalArgumentException(
                        "loss: %s nats over %d tokens was given, allowed is a finite sum over 1 or more"
                                .formatted(nats, tokens));
            }
        }
    }
}
