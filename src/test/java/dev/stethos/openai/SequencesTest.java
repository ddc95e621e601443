package dev.stethos.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.admission.QueueFullException;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.Cause;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.serving.ServedModel.Pin;
import dev.stethos.web.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class SequencesTest {
    private final CountingPin pin = new CountingPin();
    private final RecordingEngine engine = new RecordingEngine();
    private final AtomicInteger cuts = new AtomicInteger();

    @Test
    void keepsThePinUntilTheLastSequenceHasEnded() {
        submit(2, 100);
        engine.tell(0, finished(FinishReason.STOP));
        assertThat(pin.closed).isZero();

        engine.tell(1, new GenerationEvent.Failed(Cause.FAULT, "no"));
        assertThat(pin.closed).isEqualTo(1);
    }

    @Test
    void releasesThePinWhenTheQueueIsFull() {
        assertThatThrownBy(() ->
                        Sequences.submit(
                                pin,
                                requests(1),
                                submissions -> {
                                    throw new QueueFullException("full", Duration.ZERO);
                                },
                                1,
                                cuts::incrementAndGet))
                .isInstanceOf(QueueFullException.class);
        assertThat(pin.closed).isEqualTo(1);
    }

    @Test
    void releasesThePinWhenNoRequestCanBeMade() {
        assertThatThrownBy(() ->
                        Sequences.submit(
                                pin,
                                revision -> {
                                    throw new IllegalArgumentException("bad");
                                },
                                engine,
                                1,
                                cuts::incrementAndGet))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(pin.closed).isEqualTo(1);
    }

    @Test
    void hasMoreUntilEverySequenceHasEnded() {
        Sequences sequences = submit(2, 1);
        engine.tell(1, text("b"));
        engine.tell(1, finished(FinishReason.LENGTH));
        drained(sequences, 2);
        engine.tell(0, text("a"));
        assertThat(sequences.next().index()).isZero();
        assertThat(sequences.hasNext()).isTrue();

        engine.tell(0, finished(FinishReason.STOP));
        drained(sequences, 1);
        assertThat(sequences.hasNext()).isFalse();
    }

    @Test
    void outcomesHoldTextAndReason() {
        Sequences sequences = submit(2, Integer.MAX_VALUE);
        engine.tell(1, text("b"));
        engine.tell(0, text("a"));
        engine.tell(1, text("c"));
        engine.tell(1, finished(FinishReason.LENGTH));
        engine.tell(0, finished(FinishReason.STOP));

        List<Outcome> outcomes = sequences.outcomes();

        assertThat(outcomes).extracting(Outcome::text).containsExactly("a", "bc");
        assertThat(outcomes)
                .extracting(outcome -> outcome.finished().reason())
                .containsExactly(FinishReason.STOP, FinishReason.LENGTH);
        assertThat(outcomes)
                .extracting(outcome -> outcome.finished().completionTokens())
                .containsExactly(COMPLETION_TOKENS, COMPLETION_TOKENS);
    }

    @Test
    void cutsOffOnceWhenTheTakerIsTooSlow() {
        Sequences sequences = submit(1, 3);
        for (int i = 0; i < 10; i++) {
            engine.tell(0, text("t"));
        }

        assertThat(cuts).hasValue(1);
        assertThat(engine.cancelled).isEqualTo(1);
        engine.tell(0, finished(FinishReason.CANCELLED));
        assertThat(pin.closed).isEqualTo(1);
        // The end is never lost, so the taker never waits for ever.
        drained(sequences, 4);
        assertThat(sequences.hasNext()).isFalse();
    }

    @Test
    void aTakerThatKeepsUpIsNotCutOff() {
        Sequences sequences = submit(1, 1);
        for (int i = 0; i < 10; i++) {
            engine.tell(0, text("t"));
            drained(sequences, 1);
        }

        assertThat(cuts).hasValue(0);
    }

    @Test
    void closingCancelsEverySequence() {
        submit(3, 1).close();

        assertThat(engine.cancelled).isEqualTo(3);
    }

    @Test
    void aFailedSequenceIsAServerErrorWithItsMessage() {
        Sequences sequences = submit(1, 1);
        engine.tell(0, new GenerationEvent.Failed(Cause.FAULT, "out of memory"));

        assertThatThrownBy(sequences::outcomes)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(500))
                .hasMessage("out of memory");
    }

    @Test
    void aSequenceWithoutMemoryIsAServiceThatIsNotAvailable() {
        Sequences sequences = submit(1, 1);
        engine.tell(0, new GenerationEvent.Failed(Cause.MEMORY, "no memory"));

        assertThatThrownBy(sequences::outcomes)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(503);
                            assertThat(e.body().error().code()).isEqualTo("out_of_memory");
                        });
    }

    @Test
    void aSequencePastItsDeadlineIsATimeout() {
        Sequences sequences = submit(1, 1);
        engine.tell(0, new GenerationEvent.Failed(Cause.DEADLINE, "too late"));

        assertThatThrownBy(sequences::outcomes)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(504);
                            assertThat(e.body().error().code()).isEqualTo("deadline_exceeded");
                        })
                .hasMessage("too late");
    }

    @Test
    void aCancelledSequenceIsNoAnswer() {
        Sequences sequences = submit(1, 1);
        engine.tell(0, finished(FinishReason.CANCELLED));

        assertThatThrownBy(sequences::outcomes)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(503));
    }

    private static final int COMPLETION_TOKENS = 5;

    private Sequences submit(int count, int bound) {
        return Sequences.submit(pin, requests(count), engine, bound, cuts::incrementAndGet);
    }

    private static Sequences drained(Sequences sequences, int events) {
        for (int i = 0; i < events; i++) {
            sequences.next();
        }
        return sequences;
    }

    private static Function<Revision, List<GenerationRequest>> requests(int count) {
        return revision -> {
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                requests.add(
                        new GenerationRequest(
                                revision,
                                new int[] {1},
                                SamplingParams.GREEDY,
                                1,
                                List.of(),
                                Set.of(),
                                Set.of(),
                                -1,
                                false));
            }
            return requests;
        };
    }

    private static GenerationEvent text(String text) {
        return new GenerationEvent.Text(text, List.of(), List.of());
    }

    private static GenerationEvent finished(FinishReason reason) {
        return new GenerationEvent.Finished(reason, 1, COMPLETION_TOKENS);
    }

    private static final class CountingPin implements Pin {
        int closed;

        @Override
        public String modelId() {
            return "m";
        }

        @Override
        public Revision revision() {
            return Revision.base("0123456789abcdef", Map.of());
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static final class RecordingEngine
            implements Function<List<Submission>, List<Generation>> {
        private List<Submission> submissions = List.of();
        int cancelled;

        @Override
        public List<Generation> apply(List<Submission> submitted) {
            submissions = submitted;
            return submitted.stream().<Generation>map(each -> () -> cancelled++).toList();
        }

        void tell(int index, GenerationEvent event) {
            submissions.get(index).listener().accept(event);
        }
    }
}
