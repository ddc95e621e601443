package dev.stethos.inference;

import dev.stethos.inference.Admission.Arrivals;
import dev.stethos.inference.BatchStep.Part;
import dev.stethos.inference.Sequence.LogitsReader;
import dev.stethos.inference.generation.GenerationEvent.Cause;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.sampling.Logprobs;
import dev.stethos.inference.sampling.Sampler;
import dev.stethos.torch.TorchException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// The device thread's life: take what arrived, plan a step, compute it, hand out its logits,
/// again. A step that fails ends the sequences in it; the loop goes on. Owns the decoder and closes
/// it.
final class DeviceLoop implements Runnable {
    private static final Logger LOG = Logger.getLogger(DeviceLoop.class);

    /// Logits of prompt tokens that one step may hold, in values.
    private static final int SCORED_LOGITS = 1 << 24;

    /// How long memory that ran out is missed while nobody asks for more.
    private static final Duration SHORTAGE = Duration.ofSeconds(10);

    private final Decoder decoder;
    private final Admission admission;
    private final EngineMetrics metrics;
    private final CacheSpace space;
    private final Scheduler scheduler;
    private final LogitsReader reader;
    private final GuestWork guests = new GuestWork();
    private volatile boolean shortOfMemory;
    private volatile long memoryRanOut;
    private boolean lastWasFull;
    private long lastEnd;

    DeviceLoop(Decoder decoder, EngineOptions options, Admission admission, EngineMetrics metrics) {
        this.decoder = decoder;
        this.admission = admission;
        this.metrics = metrics;
        int vocabSize = decoder.vocabSize();
        space = new CacheSpace(decoder, options, metrics.cache());
        scheduler = new Scheduler(options, Math.max(1, SCORED_LOGITS / vocabSize), space);
        reader =
                new LogitsReader(
                        vocabSize,
                        new Sampler(vocabSize, decoder.drawable()),
                        new Logprobs(vocabSize));
    }

    @Override
    public void run() {
        Consumer<Sequence> ending = sequence -> sequence.fail("the engine stopped");
        try {
            decoder.start();
            boolean open = true;
            while (open) {
                open = turn();
            }
            ending = sequence -> sequence.finish(FinishReason.CANCELLED);
        } catch (RuntimeException | Error e) {
            LOG.fatal("the device thread ends", e);
        } finally {
            stop(ending);
        }
    }

    private boolean turn() {
        Arrivals arrivals = admission.take(scheduler.isIdle() && guests.isEmpty());
        arrivals.guests().forEach(guests::add);
        arrivals.sequences().forEach(scheduler::add);
        checkEnds();
        retire();
        if (scheduler.makeRoom()) {
            retire();
        }
        arrivals.tasks().forEach(FutureTask::run);
        if (arrivals.closed()) {
            return false;
        }
        BatchStep step = scheduler.plan();
        boolean full = scheduler.isFull();
        if (!step.isEmpty()) {
            compute(step);
            retire();
        }
        measure(step, full);
        guests.run(scheduler.isIdle());
        load();
        return true;
    }

    /// From the end of a full step to the end of the next.
    private void measure(BatchStep step, boolean full) {
        long now = System.nanoTime();
        if (full && lastWasFull) {
            admission.worked(step.tokens(), Duration.ofNanos(now - lastEnd));
        }
        lastWasFull = full;
        lastEnd = now;
    }

    private void checkEnds() {
        long now = System.nanoTime();
        scheduler.running().forEach(sequence -> sequence.checkEnd(now));
        scheduler.waiting().forEach(sequence -> sequence.checkEnd(now));
    }

    private void retire() {
        try {
            scheduler.retire();
        } catch (RuntimeException e) {
            LOG.error("moving a sequence in the cache failed; all that run end", e);
            scheduler.removeRunning().forEach(sequence -> failStep(sequence, e));
        }
    }

    private void load() {
        metrics.load(scheduler);
        metrics.cache().load(space.granted(scheduler.running()), scheduler.waitingForMemory());
    }

    private void compute(BatchStep step) {
        try {
            space.reserve(scheduler.running(), step);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("there is no memory for the cache; all that run end", e);
            scheduler.running().forEach(sequence -> failStep(sequence, e));
            return;
        }
        float[] logits;
        long begin = System.nanoTime();
        try {
            logits = decoder.step(step.rows());
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a step failed; the sequences in it end", e);
            step.parts().forEach(part -> failStep(part.sequence(), e));
            return;
        }
        scheduler.took(step, System.nanoTime() - begin);
        shortOfMemory = false;
        int offset = 0;
        for (Part part : step.parts()) {
            part.sequence().advance(part.row(), logits, offset, reader);
            space.keep(part);
            offset += part.row().logits() * reader.vocabSize();
        }
    }

    /// Whether the last step had no memory, and that a moment ago.
    boolean isShortOfMemory() {
        return shortOfMemory && System.nanoTime() - memoryRanOut < SHORTAGE.toNanos();
    }

    private void failStep(Sequence sequence, Throwable reason) {
        boolean memory =
                reason instanceof OutOfMemoryError
                        || (reason instanceof TorchException e && e.isOutOfMemory());
        if (memory) {
            memoryRanOut = System.nanoTime();
            shortOfMemory = true;
            sequence.fail(Cause.MEMORY, "there was no memory to compute the next token; try again");
        } else {
            sequence.fail("the model could not compute the next token");
        }
    }

    /// Drops what is kept of a revision's prompts.
    void forget(String revisionId) {
        space.forget(revisionId);
    }

    private void stop(Consumer<Sequence> ending) {
        admission.close();
        Arrivals rest = admission.take(false);
        rest.sequences().forEach(scheduler::add);
        rest.tasks().forEach(task -> task.cancel(false));
        rest.guests().forEach(guests::add);
        guests.cancel();
        scheduler.removeRunning().forEach(ending);
        scheduler.removeWaiting().forEach(ending);
        load();
        metrics.close();
        space.close();
        decoder.close();
    }
}
