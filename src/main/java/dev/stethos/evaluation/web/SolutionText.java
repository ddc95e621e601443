package dev.stethos.evaluation.web;

import dev.stethos.evaluation.web.SolutionResource.Solution;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.web.ApiException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/// Gathers one solution from its events.
final class SolutionText implements Consumer<GenerationEvent> {
    private static final Solution NONE = new Solution("", null, 0, false);

    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<Solution> solution = new CompletableFuture<>();

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.PromptScored scored -> {}
            case GenerationEvent.Text piece -> text.append(piece.text());
            case GenerationEvent.Finished end -> finish(end);
            case GenerationEvent.Failed failed ->
                    solution.completeExceptionally(
                            switch (failed.cause()) {
                                case FAULT ->
                                        new ApiException(
                                                500, null, "generation_failed", failed.message());
                                case DEADLINE ->
                                        new ApiException(
                                                504, null, "deadline_exceeded", failed.message());
                                case MEMORY ->
                                        new ApiException(
                                                503, null, "out_of_memory", failed.message());
                            });
        }
    }

    private void finish(GenerationEvent.Finished end) {
        if (end.reason() == FinishReason.CANCELLED) {
            solution.completeExceptionally(
                    new ApiException(
                            503,
                            null,
                            "generation_cancelled",
                            "the generation was cancelled before its end"));
            return;
        }
        String all = text.toString();
        solution.complete(
                new Solution(
                        all,
                        SolutionResource.answer(all).orElse(null),
                        end.completionTokens(),
                        end.reason() == FinishReason.LENGTH));
    }

    /// Waits for its end, whatever that is.
    void awaitEnd() {
        Solution _ = solution.exceptionally(failure -> NONE).join();
    }

    /// What it became, or the refusal that it ended with.
    Solution join() {
        try {
            return solution.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
