package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.generation.Milestones;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs all sequences of one model on one platform thread: each step prefills a chunk of waiting
/// prompts, decodes one token of every running sequence, samples and emits. Listeners are called on
/// that thread and must not block. Safe to call from any thread.
public final class InferenceEngine implements AutoCloseable {
    private final Decoder decoder;
    private final EngineOptions options;
    private final Admission admission;
    private final EngineMetrics metrics;
    private final int vocabSize;
    private final DeviceLoop loop;
    private final Thread device;

    /// Starts the thread; the model must stay open until [#close].
    public InferenceEngine(Gemma3Model model, EngineOptions options, MeterRegistry meters) {
        this(GemmaDecoder.open(model, options), meters);
    }

    private InferenceEngine(GemmaDecoder decoder, MeterRegistry meters) {
        this(decoder, decoder.options(), meters);
    }

    /// Takes ownership of the decoder.
    InferenceEngine(Decoder decoder, EngineOptions options, MeterRegistry meters) {
        this.decoder = decoder;
        this.options = options;
        this.vocabSize = decoder.vocabSize();
        this.admission = new Admission(options);
        this.metrics = new EngineMetrics(meters);
        this.loop = new DeviceLoop(decoder, options, admission, metrics);
        this.device = Thread.ofPlatform().daemon().name("stethos-device").start(loop);
    }

    /// An engine of the same model with a cache and a schedule of its own, whose steps run on the
    /// host's device thread between the host's: while the host has sequences, those of all such
    /// engines together take at most `share` (above 0, up to 1) of the device's time. Close it
    /// before the host's model.
    public static InferenceEngine beside(
            InferenceEngine host, Gemma3Model model, EngineOptions options, double share) {
        GemmaDecoder own = GemmaDecoder.open(model, options);
        return new InferenceEngine(
                new GuestDecoder(host, own, share), own.options(), new SimpleMeterRegistry());
    }

    /// Whether sequences run or wait.
    public boolean isBusy() {
        return admission.isBusy();
    }

    /// What the engine runs with: open bounds are filled in, and the context is no longer than the
    /// memory for a single sequence.
    public EngineOptions options() {
        return options;
    }

    /// False once the device thread has ended, by [#close] or by a fault.
    public boolean isAlive() {
        return device.isAlive();
    }

    /// Whether a step had no memory a moment ago, and none has succeeded since.
    public boolean isShortOfMemory() {
        return loop.isShortOfMemory();
    }

    /// Accepts all of the requests or none. Throws [QueueFullException] when the queue has no room,
    /// [IllegalArgumentException] when a request can never run here (token outside the vocabulary,
    /// prompt longer than the context, more requests than slots and queue hold).
    public List<Generation> submit(List<Submission> submissions) {
        submissions.forEach(submission -> requireRunnable(submission.request()));
        long now = System.nanoTime();
        List<Sequence> sequences =
                submissions.stream().map(submission -> sequence(submission, now)).toList();
        admission.submit(sequences);
        return List.copyOf(sequences);
    }

    /// Runs something on the device thread between two steps and waits for it. What it throws is
    /// thrown here.
    public void onDeviceThread(Runnable work) {
        if (onDevice()) {
            work.run();
            return;
        }
        FutureTask<?> task = new FutureTask<>(work, null);
        admission.submit(task);
        await(task);
    }

    /// The same for another engine's step, which runs when [GuestWork] lets it.
    void asGuest(Runnable step, double share) {
        FutureTask<?> task = new FutureTask<>(step, null);
        admission.submit(new GuestWork.Task(task, share));
        await(task);
    }

    private static void await(FutureTask<?> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (CancellationException e) {
            throw new IllegalStateException("the engine is closed", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Drops, before the next step, what is kept of prompts of a revision that will not run again.
    public void forget(Revision revision) {
        admission.offer(new FutureTask<>(() -> loop.forget(revision.id()), null));
    }

    /// Ends running and waiting sequences with CANCELLED and stops the thread.
    @Override
    public void close() {
        admission.close();
        if (onDevice()) {
            return;
        }
        boolean interrupted = false;
        while (device.isAlive()) {
            try {
                device.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean onDevice() {
        return Thread.currentThread().equals(device);
    }

    private Sequence sequence(Submission submission, long now) {
        return new Sequence(
                submission,
                new TextStage(decoder.newText(), submission.request().stop()),
                options.maxLength(),
                new SequenceTimes(
                        metrics, admission, submission.milestones(), options.deadline(), now));
    }

    private void requireRunnable(GenerationRequest request) {
        for (int token : request.prompt()) {
            requireToken("prompt", token);
        }
        request.sampling().logitBias().keySet().forEach(token -> requireToken("logit_bias", token));
        request.bannedFirst().forEach(token -> requireToken("banned tokens", token));
        int room = request.maxTokens() == 0 ? options.maxLength() : options.maxLength() - 1;
        if (request.prompt().length > room) {
            throw new IllegalArgumentException(
                    "prompt: %d tokens were given, allowed are %d in a context of %d"
                            .formatted(request.prompt().length, room, options.maxLength()));
        }
    }

    private void requireToken(String where, int token) {
        if (token < 0 || token >= vocabSize) {
            throw new IllegalArgumentException(
                    "%s: token %d was given, allowed are 0 to %d"
                            .formatted(where, token, vocabSize - 1));
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException exception
                ? exception
                : new IllegalStateException(cause);
    }

    /// A request and who hears of it.
    public record Submission(
            GenerationRequest request, Consumer<GenerationEvent> listener, Milestones milestones) {

        public Submission(GenerationRequest request, Consumer<GenerationEvent> listener) {
            this(request, listener, Milestones.UNWATCHED);
        }
    }
}
