package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.EngineMetrics.Outcome;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.admission.Priority;
import dev.stethos.inference.admission.Ticket;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Cause;
import dev.stethos.inference.generation.GenerationEvent.Failed;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import dev.stethos.inference.generation.GenerationEvent.Text;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.Logprobs;
import dev.stethos.inference.sampling.Sampler;
import dev.stethos.inference.sampling.SamplingState;
import dev.stethos.inference.sampling.TokenLogprob;
import dev.stethos.inference.sampling.UnusableLogitsException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// One submitted request from its first prompt token to its last event. All state but the wish to
/// be cancelled belongs to the device thread.
final class Sequence implements Generation {
    private static final Logger LOG = Logger.getLogger(Sequence.class);
    private static final int NO_SLOT = -1;
    private static final int NOT_OPENED = -1;

    private final GenerationRequest request;
    private final Consumer<GenerationEvent> listener;
    private final SequenceTimes times;
    private final SamplingState sampling;
    private final TextStage text;
    private final int maxOutput;
    private final PromptScores promptScores;
    private volatile boolean cancelled;

    private final SequenceTokens tokens;
    private int slot = NO_SLOT;
    private int reused = NOT_OPENED;
    private boolean promoted;
    private boolean scored;
    private boolean ended;
    private boolean failed;

    Sequence(Submission submission, TextStage text, int maxLength, SequenceTimes times) {
        this.request = submission.request();
        this.listener = submission.listener();
        this.times = times;
        this.sampling =
                new SamplingState(request.sampling(), request.prompt(), request.bannedFirst());
        this.text = text;
        this.promptScores = new PromptScores(request);
        this.tokens = new SequenceTokens(request.prompt());
        this.maxOutput = Math.min(request.maxTokens(), maxLength - request.prompt().length);
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    /// Ends the sequence if it was cancelled or its deadline has passed.
    void checkEnd(long now) {
        if (cancelled) {
            finish(FinishReason.CANCELLED);
        } else if (times.overdue(now)) {
            end(
                    Outcome.DEADLINE,
                    new Failed(Cause.DEADLINE, "the request was not finished before its deadline"));
        }
    }

    Revision revision() {
        return request.revision();
    }

    boolean ended() {
        return ended;
    }

    boolean hasSlot() {
        return slot != NO_SLOT;
    }

    int slot() {
        return slot;
    }

    void place(int newSlot) {
        if (!hasSlot()) {
            times.started(System.nanoTime());
        }
        slot = newSlot;
    }

    Priority priority() {
        return request.priority();
    }

    /// Before the device thread knows it.
    void admitted(Ticket ticket) {
        times.admitted(ticket);
    }

    /// Whether it gives way to interactive ones.
    boolean yields() {
        return priority() == Priority.BACKGROUND && !promoted;
    }

    /// Makes it interactive from now on.
    void promote() {
        promoted = true;
    }

    boolean promoted() {
        return promoted;
    }

    /// Takes its slot away; it is computed again when it gets another. `stepwise` as in
    /// [SequenceTokens#restart].
    void preempt(boolean stepwise) {
        slot = NO_SLOT;
        tokens.restart(stepwise);
        promptScores.clear();
        times.preempted();
    }

    int[] prompt() {
        return tokens.prompt();
    }

    /// The most tokens that it may ever have, prompt and output.
    int longest() {
        return prompt().length + maxOutput;
    }

    /// Tells that so many of the prompt's first tokens are in the slot already.
    void reuse(int kept) {
        tokens.computed(kept);
        reused = reused == NOT_OPENED ? kept : reused;
    }

    /// True when it ended because of a fault.
    boolean failed() {
        return failed;
    }

    /// How many of its tokens are in the cache.
    int computed() {
        return tokens.computed();
    }

    boolean prefilling() {
        return promptLeft() > 0;
    }

    int promptLeft() {
        return tokens.promptLeft();
    }

    /// Whether the prompt's tokens want log probabilities.
    boolean scoresPrompt() {
        return request.promptLogprobs();
    }

    /// The next `count` tokens to compute: of the prompt, or one that was generated.
    Row nextRow(int count) {
        boolean whole = !prefilling() || count == promptLeft();
        int wanted = prefilling() && scoresPrompt() ? count : whole ? 1 : 0;
        return new Row(request.revision(), slot, computed(), tokens.next(count), wanted);
    }

    /// Takes the logits of a computed row, which start at `offset`. Never throws: what goes wrong
    /// ends this sequence alone.
    void advance(Row row, float[] logits, int offset, LogitsReader reader) {
        boolean inPrompt = prefilling();
        tokens.computed(computed() + row.tokens().length);
        if (cancelled) {
            return;
        }
        try {
            if (inPrompt) {
                advancePrompt(row, logits, offset, reader);
            }
            if (tokens.wantsNext() && !ended) {
                generate(logits, offset + (row.logits() - 1) * reader.vocabSize(), reader);
            }
        } catch (UnusableLogitsException e) {
            fail(e.reason());
        } catch (RuntimeException e) {
            LOG.error("a sequence failed", e);
            fail("the model's answer could not be read");
        }
    }

    /// Ends the sequence; what text was held back goes out first.
    void finish(FinishReason reason) {
        Text rest = text.finish();
        if (rest != null) {
            emit(rest);
        }
        FinishReason actual = text.stopped() ? FinishReason.STOP : reason;
        end(
                Outcome.of(actual),
                new Finished(actual, prompt().length, tokens.generated(), Math.max(0, reused)));
    }

    /// Ends the sequence as one that could not go on.
    void fail(String message) {
        fail(Cause.FAULT, message);
    }

    void fail(Cause cause, String message) {
        failed = true;
        end(Outcome.FAILED, new Failed(cause, message));
    }

    private void advancePrompt(Row row, float[] logits, int offset, LogitsReader reader) {
        times.prefilled(row.tokens().length);
        if (!scoresPrompt() || scored) {
            return;
        }
        promptScores.add(row, logits, offset, reader);
        if (!prefilling()) {
            scored = true;
            emit(promptScores.take());
        }
    }

    private void generate(float[] logits, int offset, LogitsReader reader) {
        if (maxOutput == 0) {
            finish(FinishReason.LENGTH);
            return;
        }
        int token = reader.sampler().next(logits, offset, sampling);
        tokens.add(token);
        times.generated(System.nanoTime());
        int alternatives = request.topLogprobs();
        TokenLogprob logprob =
                alternatives < 0 ? null : reader.logprobs().of(logits, offset, token, alternatives);
        if (request.stopTokens().contains(token)) {
            if (scoresPrompt()) {
                text.appendEnd(token, logprob);
            }
            finish(FinishReason.STOP);
            return;
        }
        Text ready = text.append(token, logprob);
        if (ready != null) {
            emit(ready);
        }
        if (text.stopped() || tokens.generated() == maxOutput) {
            finish(text.stopped() ? FinishReason.STOP : FinishReason.LENGTH);
        }
    }

    private void emit(GenerationEvent event) {
        if (ended) {
            return;
        }
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOG.error("a listener failed; its sequence ends", e);
            fail("the answer could not be delivered");
        }
    }

    private void end(Outcome outcome, GenerationEvent last) {
        if (ended) {
            return;
        }
        ended = true;
        times.ended(outcome, System.nanoTime());
        try {
            listener.accept(last);
        } catch (RuntimeException | Error e) {
            LOG.error("a listener failed at its sequence's end", e);
        }
    }

    /// The device thread's tools for rows of logits of `vocabSize` values.
    record LogitsReader(int vocabSize, Sampler sampler, Logprobs logprobs) {}
}
