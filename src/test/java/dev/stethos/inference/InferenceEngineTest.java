package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.admission.QueueFullException;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.generation.GenerationEvent.Finished;
import dev.stethos.inference.sampling.Logprobs;
import dev.stethos.inference.sampling.Params;
import dev.stethos.inference.sampling.TokenLogprob;
import dev.stethos.torch.TorchException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferenceEngineTest {
    private static final EngineOptions OPTIONS = new EngineOptions(4, 64, 8, 6);
    private static final Revision OTHER = Revision.base("other", Map.of());

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private FakeDecoder decoder = FakeDecoder.free(4);
    private InferenceEngine engine = new InferenceEngine(decoder, OPTIONS, meters);

    @AfterEach
    void close() {
        decoder.allow(1_000_000);
        engine.close();
    }

    @Test
    void sequencesTogetherEqualEachAlone() {
        List<Recorder> recorders = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Requests request = Requests.of(i, 1, 2).revision(i % 2 == 0 ? Requests.BASE : OTHER);
            recorders.add(submit(request));
        }
        for (int i = 0; i < 10; i++) {
            List<Integer> expected =
                    FakeDecoder.greedy(i % 2 == 0 ? "base" : "other", new int[] {i, 1, 2}, 16);
            assertThat(recorders.get(i).finished())
                    .isEqualTo(new Finished(FinishReason.LENGTH, 3, 16));
            assertThat(recorders.get(i).tokens()).isEqualTo(expected);
            assertThat(recorders.get(i).text()).isEqualTo(FakeDecoder.text(expected));
        }
        assertThat(decoder.steps).anyMatch(rows -> rows.size() == 4);
    }

    @Test
    void theSameSeedGivesTheSameTextWhateverItsCompany() {
        Requests seeded = Requests.of(1, 2, 3).sampling(Params.seeded(7)).maxTokens(30);
        Recorder alone = submit(seeded);
        alone.end();
        List<Recorder> company = IntStream.range(0, 8).mapToObj(i -> submit(unseeded(i))).toList();
        Recorder together = submit(seeded);
        assertThat(together.finished()).isEqualTo(alone.finished());
        assertThat(together.tokens()).isEqualTo(alone.tokens());
        company.forEach(Recorder::end);
    }

    @Test
    void aStopStringEndsTheTextBeforeIt() {
        List<Integer> tokens = FakeDecoder.greedy("base", new int[] {5}, 16);
        String text = FakeDecoder.text(tokens);
        String stop = text.substring(4, 7);
        int first = text.indexOf(stop);
        Recorder recorder = submit(Requests.of(5).stop(stop, "zzz"));
        assertThat(recorder.finished().reason()).isEqualTo(FinishReason.STOP);
        assertThat(recorder.text()).isEqualTo(text.substring(0, first));
        int generated = recorder.finished().completionTokens();
        assertThat(FakeDecoder.text(tokens.subList(0, generated)))
                .isEqualTo(text.substring(0, first + 3));
    }

    @Test
    void aStopTokenEndsTheTextAndIsCountedButNotSent() {
        List<Integer> tokens = FakeDecoder.greedy("base", new int[] {3}, 16);
        int stop = tokens.get(5);
        int first = tokens.indexOf(stop);
        Recorder recorder = submit(Requests.of(3).stopTokens(stop, 999));
        assertThat(recorder.finished()).isEqualTo(new Finished(FinishReason.STOP, 1, first + 1));
        assertThat(recorder.tokens()).isEqualTo(tokens.subList(0, first));
    }

    /// Who sums log probabilities of prompt and answer counts on one for each of them.
    @Test
    void aStopTokenIsSentWithoutTextWhereThePromptIsScored() {
        List<Integer> tokens = FakeDecoder.greedy("base", new int[] {3}, 16);
        int stop = tokens.get(5);
        int first = tokens.indexOf(stop);
        Recorder recorder = submit(Requests.of(3).logprobs(1, true).stopTokens(stop));
        assertThat(recorder.finished()).isEqualTo(new Finished(FinishReason.STOP, 1, first + 1));
        assertThat(recorder.tokens()).isEqualTo(tokens.subList(0, first + 1));
        assertThat(recorder.logprobs()).hasSize(first + 1);
        assertThat(recorder.text()).isEqualTo(FakeDecoder.text(tokens.subList(0, first)));
    }

    @Test
    void theContextsEndEndsTheSequence() {
        Recorder recorder = submit(Requests.of(new int[60]).maxTokens(1_000));
        assertThat(recorder.finished()).isEqualTo(new Finished(FinishReason.LENGTH, 60, 4));
        assertThat(submit(Requests.of(new int[63])).finished().completionTokens()).isEqualTo(1);
    }

    @Test
    void promptLogprobsAreThoseOfEachTokenAfterItsBeginning() {
        int[] prompt = {1, 5, 2, 2, 9, 0, 3, 3, 1, 1, 4};
        Recorder recorder = submit(Requests.of(prompt).logprobs(2, true).maxTokens(3));
        recorder.finished();
        List<TokenLogprob> scored = recorder.promptLogprobs();
        assertThat(scored)
                .extracting(TokenLogprob::token)
                .isEqualTo(Arrays.stream(prompt).boxed().toList());
        assertThat(scored.getFirst().logprob()).isNaN();
        assertThat(scored.getFirst().top()).isEmpty();
        Logprobs logprobs = new Logprobs(FakeDecoder.VOCABULARY);
        for (int i = 1; i < prompt.length; i++) {
            List<Integer> before = Arrays.stream(prompt, 0, i).boxed().toList();
            assertThat(scored.get(i))
                    .isEqualTo(logprobs.of(FakeDecoder.logits("base", before), 0, prompt[i], 2));
        }
        assertThat(recorder.tokens()).isEqualTo(FakeDecoder.greedy("base", prompt, 3));
    }

    @Test
    void sequencesBehindAScoredPromptReadTheirOwnLogits() {
        hold();
        List<int[]> prompts =
                List.of(new int[] {1, 2}, new int[] {5}, new int[] {7}, new int[] {9});
        List<Recorder> recorders = prompts.stream().map(prompt -> new Recorder()).toList();
        engine.submit(
                IntStream.range(0, 4)
                        .mapToObj(i ->
                                recorders
                                        .get(i)
                                        .on(Requests.of(prompts.get(i)).logprobs(0, i == 0)))
                        .toList());
        decoder.allow(1_000);
        for (int i = 0; i < 4; i++) {
            recorders.get(i).finished();
            assertThat(recorders.get(i).tokens())
                    .isEqualTo(FakeDecoder.greedy("base", prompts.get(i), 16));
        }
        assertThat(decoder.steps.peek()).hasSize(4);
    }

    @Test
    void generatedLogprobsEqualThePromptLogprobsOfTheSameTokens() {
        Recorder generated = submit(Requests.of(4, 4).logprobs(3, false).maxTokens(9));
        generated.finished();
        int[] all =
                IntStream.concat(
                                IntStream.of(4, 4),
                                generated.tokens().stream().mapToInt(Integer::intValue))
                        .toArray();
        Recorder scored = submit(Requests.of(all).logprobs(3, true).maxTokens(0));
        assertThat(scored.finished()).isEqualTo(new Finished(FinishReason.LENGTH, 11, 0));
        assertThat(scored.promptLogprobs().subList(2, 11)).isEqualTo(generated.logprobs());
    }

    @Test
    void cancelStopsWithinOneTokenAndFreesTheSlot() {
        hold();
        Recorder recorder = new Recorder();
        Generation generation = engine.submit(List.of(recorder.on(Requests.of(1)))).getFirst();
        decoder.allow(3);
        awaitSteps(4);
        generation.cancel();
        decoder.allow(1);
        assertThat(recorder.finished()).isEqualTo(new Finished(FinishReason.CANCELLED, 1, 3));
        idle();
        assertThat(decoder.steps).hasSize(4);
        assertThat(meters.get("stethos.sequences.running").gauge().value()).isZero();
    }

    @Test
    void cancelInTheMiddleOfAPromptAndInTheQueueEndsWithoutTokens() {
        hold();
        List<Recorder> recorders = new ArrayList<>();
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            recorders.add(new Recorder());
            submissions.add(recorders.get(i).on(Requests.of(new int[20])));
        }
        List<Generation> generations = engine.submit(submissions);
        awaitSteps(1);
        generations.forEach(Generation::cancel);
        decoder.allow(1);
        recorders.forEach(recorder ->
                assertThat(recorder.finished())
                        .isEqualTo(new Finished(FinishReason.CANCELLED, 20, 0)));
    }

    @Test
    void aFullQueueTakesNothing() {
        hold();
        List<Recorder> first = submitAll(8);
        assertThatThrownBy(() -> submitAll(3)).isInstanceOf(QueueFullException.class);
        List<Recorder> second = submitAll(2);
        assertThatThrownBy(() -> submitAll(1)).isInstanceOf(QueueFullException.class);
        decoder.allow(1_000);
        first.forEach(recorder -> assertThat(recorder.finished().completionTokens()).isEqualTo(16));
        second.forEach(
                recorder -> assertThat(recorder.finished().completionTokens()).isEqualTo(16));
        submitAll(10).forEach(Recorder::end);
    }

    @Test
    void aFailingStepFailsItsSequencesAndTheEngineLivesOn() {
        hold();
        List<Recorder> recorders = submitAll(6);
        decoder.fault(rows -> {
            throw new TorchException("program /secret/path, method step: boom");
        });
        decoder.allow(1);
        recorders
                .subList(0, 4)
                .forEach(recorder ->
                        assertThat(recorder.failed().message()).doesNotContain("secret"));
        decoder.fault(rows -> {});
        decoder.allow(1_000);
        recorders
                .subList(4, 6)
                .forEach(recorder ->
                        assertThat(recorder.finished().completionTokens()).isEqualTo(16));
    }

    @Test
    void aStepWithoutMemoryFailsItsSequencesAsSuchAndTheEngineLivesOn() {
        hold();
        List<Recorder> recorders = submitAll(5);
        decoder.fault(rows -> {
            throw new TorchException("method step: CUDA out of memory. Tried to allocate 2 GiB");
        });
        decoder.allow(1);
        recorders
                .subList(0, 4)
                .forEach(recorder ->
                        assertThat(recorder.failed().cause())
                                .isEqualTo(GenerationEvent.Cause.MEMORY));
        assertThat(engine.isShortOfMemory()).isTrue();
        decoder.fault(rows -> {});
        decoder.allow(1_000);
        assertThat(recorders.getLast().finished().completionTokens()).isEqualTo(16);
        assertThat(engine.isShortOfMemory()).isFalse();
    }

    @Test
    void aFailingMoveInTheCacheFailsAllThatRunAndTheEngineLivesOn() {
        hold();
        List<Recorder> recorders = new ArrayList<>();
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            recorders.add(new Recorder());
            submissions.add(recorders.get(i).on(Requests.of(i).maxTokens(2 + 2 * i)));
        }
        decoder.failMoves(true);
        engine.submit(submissions);
        decoder.allow(2);
        assertThat(recorders.getFirst().finished().completionTokens()).isEqualTo(2);
        recorders.subList(1, 4).forEach(Recorder::failed);
        decoder.failMoves(false);
        decoder.allow(1_000);
        assertThat(recorders.get(4).finished().completionTokens()).isEqualTo(10);
        assertThat(recorders.get(5).finished().completionTokens()).isEqualTo(12);
    }

    @Test
    void anErrorOnTheDeviceThreadFailsAllAndClosesTheEngine() {
        decoder.fault(rows -> {
            throw new LinkageError("broken");
        });
        List<Recorder> recorders = submitAll(6);
        recorders.forEach(Recorder::failed);
        assertThatThrownBy(() -> submitAll(1)).isInstanceOf(IllegalStateException.class);
        engine.close();
        assertThat(decoder.closed()).isTrue();
    }

    @Test
    void logitsThatAreNotNumbersFailTheirSequence() {
        Revision broken = Revision.base("broken", Map.of());
        Recorder failed = submit(Requests.of(1).revision(broken));
        Recorder fine = submit(Requests.of(1));
        assertThat(failed.failed().message()).contains("finite");
        assertThat(fine.finished().completionTokens()).isEqualTo(16);
    }

    @Test
    void aListenerThatThrowsEndsItsOwnSequenceOnly() {
        List<GenerationEvent> seen = new ArrayList<>();
        engine.submit(
                List.of(
                        new Submission(
                                Requests.of(1).build(),
                                event -> {
                                    seen.add(event);
                                    throw new IllegalStateException("listener");
                                })));
        assertThat(submit(Requests.of(2)).finished().completionTokens()).isEqualTo(16);
        idle();
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1)).isInstanceOf(GenerationEvent.Failed.class);
    }

    @Test
    void aListenerMaySubmitAndCancel() {
        Recorder second = new Recorder();
        AtomicReference<Generation> first = new AtomicReference<>();
        Recorder recorder = new Recorder();
        hold();
        first.set(
                engine.submit(
                                List.of(
                                        new Submission(
                                                Requests.of(1).build(),
                                                event -> {
                                                    recorder.accept(event);
                                                    if (recorder.events.size() == 2) {
                                                        first.get().cancel();
                                                        engine.submit(
                                                                List.of(second.on(Requests.of(2))));
                                                    }
                                                })))
                        .getFirst());
        decoder.allow(1_000);
        assertThat(recorder.finished().reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(second.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void refusesWhatCanNeverRun() {
        refuses(Requests.of(1, 12), "prompt: token 12 was given, allowed are 0 to 11");
        refuses(Requests.of(-1), "prompt: token -1 was given, allowed are 0 to 11");
        refuses(
                Requests.of(new int[64]),
                "prompt: 64 tokens were given, allowed are 63 in a context of 64");
        refuses(
                Requests.of(new int[65]).logprobs(0, true).maxTokens(0),
                "prompt: 65 tokens were given, allowed are 64 in a context of 64");
        refuses(
                Requests.of(1).sampling(Params.greedy().bias(Map.of(99, 1.0))),
                "logit_bias: token 99 was given, allowed are 0 to 11");
        refuses(
                Requests.of(1).bannedFirst(12),
                "banned tokens: token 12 was given, allowed are 0 to 11");
    }

    @Test
    void workRunsOnTheDeviceThreadBetweenSteps() {
        Recorder recorder = submit(Requests.of(1));
        AtomicReference<String> name = new AtomicReference<>();
        engine.onDeviceThread(() -> {
            name.set(Thread.currentThread().getName());
            engine.onDeviceThread(() -> name.updateAndGet(n -> n + "!"));
        });
        assertThat(name.get()).isEqualTo("stethos-device!");
        assertThatThrownBy(() ->
                        engine.onDeviceThread(() -> {
                            throw new IllegalStateException("work");
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("work");
        assertThat(recorder.finished().completionTokens()).isEqualTo(16);
    }

    @Test
    void closingCancelsAllThatRunsOrWaits() {
        hold();
        List<Recorder> recorders = submitAll(9);
        awaitSteps(1);
        Thread closing = Thread.ofPlatform().start(engine::close);
        while (open()) {
            Thread.onSpinWait();
        }
        decoder.allow(1);
        recorders.forEach(recorder ->
                assertThat(recorder.finished().reason()).isEqualTo(FinishReason.CANCELLED));
        join(closing);
        assertThat(decoder.closed()).isTrue();
        assertThatThrownBy(() -> submitAll(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.onDeviceThread(() -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(meters.find("stethos.sequences.running").gauge()).isNull();
    }

    @Test
    void aSequencePastItsDeadlineFails() {
        engine.close();
        decoder = FakeDecoder.held(4);
        engine =
                new InferenceEngine(
                        decoder, new EngineOptions(4, 64, 8, 6, Duration.ofNanos(1)), meters);
        GenerationEvent.Failed failed = submit(Requests.of(1)).failed();
        assertThat(failed.cause()).isEqualTo(GenerationEvent.Cause.DEADLINE);
        assertThat(failed.message()).contains("deadline");
        assertThat(decoder.steps).isEmpty();
    }

    @Test
    void aThousandSubmissionsAndCancellationsLeaveAllSlotsFree() {
        Random random = new Random(9);
        List<Recorder> recorders = new ArrayList<>();
        List<Generation> generations = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            if (random.nextBoolean() || generations.isEmpty()) {
                Recorder recorder = new Recorder();
                int[] prompt = random.ints(1 + random.nextInt(30), 0, 12).toArray();
                Requests request = Requests.of(prompt).maxTokens(1 + random.nextInt(40));
                try {
                    generations.addAll(engine.submit(List.of(recorder.on(request))));
                    recorders.add(recorder);
                } catch (QueueFullException e) {
                    assertThat(e.retryAfter()).isPositive();
                }
            } else {
                generations.get(random.nextInt(generations.size())).cancel();
            }
        }
        recorders.forEach(Recorder::finished);
        idle();
        assertThat(meters.get("stethos.sequences.running").gauge().value()).isZero();
        assertThat(meters.get("stethos.sequences.waiting").gauge().value()).isZero();
        assertThat(meters.get("stethos.kv.usage").gauge().value()).isZero();
        submitAll(10).forEach(Recorder::finished);
    }

    @Test
    void metersTellTokensSequencesAndOutcomes() {
        hold();
        List<Recorder> recorders = submitAll(6);
        decoder.allow(1);
        awaitSteps(2);
        assertThat(meters.get("stethos.sequences.running").gauge().value()).isEqualTo(4);
        assertThat(meters.get("stethos.sequences.waiting").gauge().value()).isEqualTo(2);
        assertThat(meters.get("stethos.kv.usage").gauge().value())
                .isCloseTo(4 * 17 / 256.0, within(1e-9));
        decoder.allow(1_000);
        recorders.forEach(Recorder::finished);
        idle();
        assertThat(meters.get("stethos.prompt.tokens").counter().count()).isEqualTo(6);
        assertThat(meters.get("stethos.generated.tokens").counter().count()).isEqualTo(96);
        assertThat(meters.get("stethos.time.to.first.token").timer().count()).isEqualTo(6);
        assertThat(meters.get("stethos.inter.token.latency").timer().count()).isEqualTo(90);
        assertThat(meters.get("stethos.queue.time").timer().count()).isEqualTo(6);
        assertThat(
                        meters.get("stethos.sequences.finished")
                                .tag("outcome", "length")
                                .counter()
                                .count())
                .isEqualTo(6);
    }

    private void hold() {
        engine.close();
        decoder = FakeDecoder.held(4);
        engine = new InferenceEngine(decoder, OPTIONS, meters);
    }

    private void idle() {
        engine.onDeviceThread(() -> {});
        engine.onDeviceThread(() -> {});
    }

    private void awaitSteps(int count) {
        while (decoder.steps.size() < count) {
            Thread.onSpinWait();
        }
    }

    private boolean open() {
        try {
            engine.submit(List.of());
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private Recorder submit(Requests request) {
        Recorder recorder = new Recorder();
        engine.submit(List.of(recorder.on(request)));
        return recorder;
    }

    private List<Recorder> submitAll(int count) {
        List<Recorder> recorders = IntStream.range(0, count).mapToObj(i -> new Recorder()).toList();
        engine.submit(recorders.stream().map(recorder -> recorder.on(Requests.of(1))).toList());
        return recorders;
    }

    private static Requests unseeded(int i) {
        return Requests.of(i, i).sampling(Params.seeded(100 + i).temperature(2)).maxTokens(20);
    }

    private void refuses(Requests request, String message) {
        assertThatThrownBy(() -> submit(request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
