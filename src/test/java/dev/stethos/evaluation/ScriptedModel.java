package dev.stethos.evaluation;

import dev.stethos.inference.sampling.SamplingParams;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// A model that answers from a function and finishes its work only when it holds as much as it can
/// run at once, newest first; like an engine, it ends sequences out of order.
final class ScriptedModel implements TextModel {
    private final Answers answers;
    private final int atOnce;
    private final Deque<Runnable> running = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();

    /// What an arm says to a problem when it is drawn so.
    @FunctionalInterface
    interface Answers {
        Completion say(Arm arm, String problem, SamplingParams sampling);
    }

    ScriptedModel(int atOnce, BiFunction<Arm, String, Completion> answers) {
        this(atOnce, (arm, problem, sampling) -> answers.apply(arm, problem));
    }

    ScriptedModel(int atOnce, Answers answers) {
        this.atOnce = atOnce;
        this.answers = answers;
    }

    /// The prompts and arms in the order in which they were submitted.
    List<String> asked() {
        return asked;
    }

    @Override
    public List<CompletableFuture<Completion>> answer(
            String problem, List<Arm> arms, SamplingParams sampling) {
        return arms.stream()
                .map(arm -> {
                    asked.add(arm.name() + (arm.mustWork() ? "* " : " ") + problem);
                    return later(() -> answers.say(arm, problem, sampling));
                })
                .toList();
    }

    @Override
    public List<CompletableFuture<TextLoss>> loss(String document, List<Arm> arms) {
        return arms.stream()
                .map(arm ->
                        later(() ->
                                new TextLoss(
                                        document.length() * arm.name().length(),
                                        document.length())))
                .toList();
    }

    @Override
    public int sequencesInFlight() {
        return atOnce;
    }

    private <T> CompletableFuture<T> later(Supplier<T> result) {
        CompletableFuture<T> future =
                new CompletableFuture<>() {
                    @Override
                    public T join() {
                        finish();
                        return super.join();
                    }
                };
        running.push(() -> {
            try {
                future.complete(result.get());
            } catch (RuntimeException e) {
                future.completeExceptionally(e);
            }
        });
        if (running.size() > atOnce) {
            throw new IllegalStateException("more than " + atOnce + " sequences in flight");
        }
        return future;
    }

    private void finish() {
        while (!running.isEmpty()) {
            running.pop().run();
        }
    }
}
