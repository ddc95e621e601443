package dev.stethos.evaluation;

import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.admission.QueueFullException;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Failed;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import dev.stethos.inference.generation.GenerationEvent.PromptScored;
import dev.stethos.inference.generation.GenerationEvent.Text;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.inference.sampling.TokenLogprob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/// A model's engine as an evaluation uses it: all arms of an item in one submission, so that they
/// run in the same batches. Safe from any thread.
public final class EngineTextModel implements TextModel {
    private final Gemma3Model model;
    private final InferenceEngine engine;
    private final Suite suite;
    private final SuiteTokens tokens;
    private final Set<Integer> boxBeginnings;

    public EngineTextModel(Gemma3Model model, InferenceEngine engine, Suite suite) {
        this.model = model;
        this.engine = engine;
        this.suite = suite;
        this.tokens = new SuiteTokens(model, suite);
        this.boxBeginnings = tokens.boxBeginnings();
    }

    @Override
    public List<CompletableFuture<Completion>> answer(
            String problem, List<Arm> arms, SamplingParams sampling) {
        int[] prompt = tokens.prompt(problem);
        int room = engine.options().maxLength() - prompt.length;
        if (room < 1) {
            throw new EvaluationException(
                    "problem \"%s\": %d tokens, the context holds %d"
                            .formatted(problem, prompt.length, engine.options().maxLength()));
        }
        int maxTokens = Math.min(suite.maxTokens(), room);
        return submit(arms, arm -> answering(arm, prompt, sampling, maxTokens));
    }

    /// The BOS token is context, not text: it is not scored. A document longer than the engine's
    /// context is cut to it.
    @Override
    public List<CompletableFuture<TextLoss>> loss(String document, List<Arm> arms) {
        int[] text = tokens.document(document, engine.options().maxLength());
        return submit(arms, arm -> scoring(arm, text));
    }

    @Override
    public int sequencesInFlight() {
        int running = engine.options().maxSequences();
        return running + Math.min(running, engine.options().queueCapacity());
    }

    private Asked<Completion> answering(
            Arm arm, int[] prompt, SamplingParams sampling, int maxTokens) {
        GenerationRequest request =
                new GenerationRequest(
                        arm.revision(),
                        prompt,
                        sampling,
                        maxTokens,
                        suite.stop(),
                        model.generationDefaults().eosIds(),
                        arm.mustWork() ? boxBeginnings : Set.of(),
                        -1,
                        false,
                        Priority.BACKGROUND);
        StringBuilder text = new StringBuilder();
        return Asked.of(
                request,
                event -> {
                    if (event instanceof Text piece) {
                        text.append(piece.text());
                    }
                },
                end ->
                        new Completion(
                                text.toString(),
                                end.completionTokens(),
                                end.reason() == FinishReason.LENGTH));
    }

    private static Asked<TextLoss> scoring(Arm arm, int[] tokens) {
        GenerationRequest request =
                new GenerationRequest(
                        arm.revision(),
                        tokens,
                        SamplingParams.GREEDY,
                        0,
                        List.of(),
                        Set.of(),
                        Set.of(),
                        0,
                        true,
                        Priority.BACKGROUND);
        List<TokenLogprob> scores = new ArrayList<>();
        return Asked.of(
                request,
                event -> {
                    if (event instanceof PromptScored prompt) {
                        scores.addAll(prompt.tokens().subList(1, prompt.tokens().size()));
                    }
                },
                end ->
                        new TextLoss(
                                -scores.stream().mapToDouble(TokenLogprob::logprob).sum(),
                                scores.size()));
    }

    private <T> List<CompletableFuture<T>> submit(List<Arm> arms, Function<Arm, Asked<T>> ask) {
        List<Asked<T>> asked = arms.stream().map(ask).toList();
        List<Submission> submissions = asked.stream().map(Asked::submission).toList();
        while (true) {
            try {
                engine.submit(submissions);
                return asked.stream().map(Asked::result).toList();
            } catch (QueueFullException e) {
                await(e.retryAfter());
            }
        }
    }

    private static void await(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvaluationException("evaluation: interrupted while the queue was full");
        }
    }

    /// A submission and the result that its events will make.
    private record Asked<T>(Submission submission, CompletableFuture<T> result) {

        static <T> Asked<T> of(
                GenerationRequest request,
                Consumer<GenerationEvent> collect,
                Function<Finished, T> result) {
            CompletableFuture<T> future = new CompletableFuture<>();
            return new Asked<>(
                    new Submission(
                            request,
                            event -> {
                                switch (event) {
                                    case PromptScored scored -> collect.accept(scored);
                                    case Text text -> collect.accept(text);
                                    case Finished end -> finish(future, end, result);
                                    case Failed failed ->
                                            future.completeExceptionally(
                                                    new EvaluationException(failed.message()));
                                }
                            }),
                    future);
        }

        private static <T> void finish(
                CompletableFuture<T> future, Finished end, Function<Finished, T> result) {
            if (end.reason() == FinishReason.CANCELLED) {
                future.completeExceptionally(
                        new EvaluationException("evaluation: the engine stopped before its end"));
                return;
            }
            try {
                future.complete(result.apply(end));
            } catch (RuntimeException e) {
                future.completeExceptionally(e);
            }
        }
    }
}
