package dev.stethos.inference;

import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Failed;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import dev.stethos.inference.generation.GenerationEvent.PromptScored;
import dev.stethos.inference.generation.GenerationEvent.Text;
import dev.stethos.inference.sampling.TokenLogprob;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A listener that keeps all events and refuses those that come out of order.
final class Recorder implements Consumer<GenerationEvent> {
    final List<GenerationEvent> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<GenerationEvent> end = new CompletableFuture<>();

    @Override
    public void accept(GenerationEvent event) {
        boolean inOrder = !end.isDone() && (events.isEmpty() || !(event instanceof PromptScored));
        events.add(event);
        if (!inOrder) {
            throw new AssertionError("out of order: " + events);
        }
        if (event instanceof Finished || event instanceof Failed) {
            end.complete(event);
        }
    }

    Submission on(Requests request) {
        return new Submission(request.build(), this);
    }

    GenerationEvent end() {
        return end.orTimeout(60, TimeUnit.SECONDS).join();
    }

    boolean ended() {
        return end.isDone();
    }

    Finished finished() {
        return (Finished) end();
    }

    Failed failed() {
        return (Failed) end();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        texts().forEach(event -> text.append(event.text()));
        return text.toString();
    }

    List<Integer> tokens() {
        return texts().stream().flatMap(event -> event.tokens().stream()).toList();
    }

    List<TokenLogprob> logprobs() {
        return texts().stream().flatMap(event -> event.logprobs().stream()).toList();
    }

    List<TokenLogprob> promptLogprobs() {
        return ((PromptScored) events.getFirst()).tokens();
    }

    List<Text> texts() {
        return events.stream().filter(Text.class::isInstance).map(Text.class::cast).toList();
    }
}
