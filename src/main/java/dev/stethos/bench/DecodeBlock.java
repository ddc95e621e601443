package dev.stethos.bench;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Failed;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import dev.stethos.inference.generation.GenerationEvent.PromptScored;
import dev.stethos.inference.generation.GenerationEvent.Text;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// The times of one block: sequences submitted at once and decoded greedily for the same number of
/// tokens each, whatever they say.
///
/// @param firstToken from submission to the first text of the sequence that started last, in
///   nanoseconds
/// @param perToken from there to the last sequence's end, for each decoded token, in nanoseconds
public record DecodeBlock(double firstToken, double perToken) {

    /// Every sequence with the same revision.
    static DecodeBlock run(
            InferenceEngine engine, Revision revision, List<int[]> prompts, int tokens) {
        return run(engine, Collections.nCopies(prompts.size(), revision), prompts, tokens);
    }

    /// @param revisions one for each prompt
    /// @param tokens to decode for each prompt, 2 or more
    static DecodeBlock run(
            InferenceEngine engine, List<Revision> revisions, List<int[]> prompts, int tokens) {
        List<Watch> watches = new ArrayList<>();
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            Watch watch = new Watch(tokens);
            watches.add(watch);
            submissions.add(
                    new Submission(request(revisions.get(i), prompts.get(i), tokens), watch::on));
        }
        long submitted = System.nanoTime();
        engine.submit(submissions);
        long lastFirst = Long.MIN_VALUE;
        long lastEnd = Long.MIN_VALUE;
        for (Watch watch : watches) {
            lastEnd = Math.max(lastEnd, watch.awaitEnd());
            lastFirst = Math.max(lastFirst, watch.first);
        }
        return new DecodeBlock(
                lastFirst - submitted, (lastEnd - lastFirst) / (double) (tokens - 1));
    }

    static GenerationRequest request(Revision revision, int[] prompt, int tokens) {
        return new GenerationRequest(
                revision,
                prompt,
                SamplingParams.GREEDY,
                tokens,
                List.of(),
                Set.of(),
                Set.of(),
                -1,
                false);
    }

    /// One sequence's times on the clock of [System#nanoTime], taken on the device thread.
    private static final class Watch {
        private static final long UNSEEN = Long.MIN_VALUE;

        private final int tokens;
        private final CompletableFuture<Long> end = new CompletableFuture<>();
        private long first = UNSEEN;

        Watch(int tokens) {
            this.tokens = tokens;
        }

        long awaitEnd() {
            try {
                return end.join();
            } catch (CompletionException e) {
                throw new IllegalStateException("bench block: " + String.valueOf(e.getCause()), e);
            }
        }

        void on(GenerationEvent event) {
            long now = System.nanoTime();
            switch (event) {
                case PromptScored scored -> {}
                case Text text -> first = first == UNSEEN ? now : first;
                case Finished finished -> finish(now, finished);
                case Failed failed -> fail(failed.message());
            }
        }

        private void finish(long now, Finished finished) {
            if (finished.completionTokens() != tokens || first == UNSEEN) {
                fail(
                        "%d tokens were decoded, %d were asked for"
                                .formatted(finished.completionTokens(), tokens));
            } else {
                end.complete(now);
            }
        }

        private void fail(String message) {
            end.completeExceptionally(new IllegalStateException(message));
        }
    }
}
