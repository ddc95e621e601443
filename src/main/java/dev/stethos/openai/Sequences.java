package dev.stethos.openai;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.web.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The sequences that answer one HTTP request. Holds the pin from before they are submitted until
/// the last has ended, and their events until one thread takes them. When more than `bound` events
/// wait, the taker is too slow: everything is cancelled and `cut` is called.
final class Sequences implements AutoCloseable {

    /// What one sequence told; `index` counts the requests in the order of their submission.
    record Event(int index, GenerationEvent event) {}

    private final Pin pin;
    private final int bound;
    private final Runnable cut;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final AtomicBoolean overflowed = new AtomicBoolean();
    private final AtomicInteger running;
    private volatile boolean cancelled;
    private volatile @Nullable List<Generation> generations;
    private int untaken;

    private Sequences(Pin pin, int count, int bound, Runnable cut) {
        this.pin = pin;
        this.bound = bound;
        this.cut = cut;
        this.running = new AtomicInteger(count);
        this.untaken = count;
    }

    /// Submits what `requests` makes of the pinned revision, one or more. The pin is closed in any
    /// case: when the last sequence has ended, or at once when this throws.
    static Sequences submit(
            Pin pin,
            Function<Revision, List<GenerationRequest>> requests,
            Function<List<Submission>, List<Generation>> engine,
            int bound,
            Runnable cut) {
        try {
            List<GenerationRequest> made = requests.apply(pin.revision());
            Sequences sequences = new Sequences(pin, made.size(), bound, cut);
            List<Submission> submissions = new ArrayList<>();
            for (GenerationRequest request : made) {
                int index = submissions.size();
                submissions.add(new Submission(request, event -> sequences.accept(index, event)));
            }
            sequences.generations = engine.apply(submissions);
            if (sequences.cancelled) {
                sequences.cancel();
            }
            return sequences;
        } catch (RuntimeException e) {
            pin.close();
            throw e;
        }
    }

    private void accept(int index, GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Finished finished -> end(index, finished);
            case GenerationEvent.Failed failed -> end(index, failed);
            case GenerationEvent.PromptScored scored -> events.add(new Event(index, scored));
            case GenerationEvent.Text text -> {
                if (events.size() < bound) {
                    events.add(new Event(index, text));
                } else if (overflowed.compareAndSet(false, true)) {
                    cancel();
                    cut.run();
                }
            }
        }
    }

    private void end(int index, GenerationEvent last) {
        if (running.decrementAndGet() == 0) {
            pin.close();
        }
        events.add(new Event(index, last));
    }

    /// Whether events are still to be taken.
    boolean hasNext() {
        return untaken > 0;
    }

    /// Waits for the next event of any sequence.
    Event next() {
        try {
            Event next = events.take();
            switch (next.event()) {
                case GenerationEvent.Finished finished -> untaken--;
                case GenerationEvent.Failed failed -> untaken--;
                case GenerationEvent.PromptScored scored -> {}
                case GenerationEvent.Text text -> {}
            }
            return next;
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    /// Waits for all sequences and returns what each became, in the order of their submission.
    List<Outcome> outcomes() {
        List<Outcome.Builder> builders = new ArrayList<>();
        for (int i = 0; i < untaken; i++) {
            builders.add(new Outcome.Builder());
        }
        while (hasNext()) {
            Event next = next();
            builders.get(next.index()).add(checked(next.event()));
        }
        return builders.stream().map(Outcome.Builder::build).toList();
    }

    /// The event itself, unless it says that the sequence did not come to its own end.
    static GenerationEvent checked(GenerationEvent event) {
        if (event instanceof GenerationEvent.Failed failed) {
            throw switch (failed.cause()) {
                case FAULT -> new ApiException(500, null, "generation_failed", failed.message());
                case DEADLINE -> new ApiException(504, null, "deadline_exceeded", failed.message());
                case MEMORY -> new ApiException(503, null, "out_of_memory", failed.message());
            };
        }
        if (event instanceof GenerationEvent.Finished finished
                && finished.reason() == GenerationEvent.FinishReason.CANCELLED) {
            throw stopping();
        }
        return event;
    }

    private static ApiException stopping() {
        return new ApiException(
                503, null, "generation_cancelled", "the generation was cancelled before its end");
    }

    boolean isCancelled() {
        return cancelled;
    }

    /// Ends all sequences before their next token. From any thread, any number of times.
    void cancel() {
        cancelled = true;
        List<Generation> submitted = generations;
        if (submitted != null) {
            submitted.forEach(Generation::cancel);
        }
    }

    /// The same as [#cancel]; sequences that have ended are not affected.
    @Override
    public void close() {
        cancel();
    }
}
