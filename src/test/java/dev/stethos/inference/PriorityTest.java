package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.inference.BatchStep.Part;
import dev.stethos.inference.Sequence.LogitsReader;
import dev.stethos.inference.generation.Milestones;
import dev.stethos.inference.sampling.Logprobs;
import dev.stethos.inference.sampling.Sampler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Interactive sequences go before background ones, whatever the latter lose by it they make up
/// for, and they never starve.
class PriorityTest {
    private static final int SLOTS = 4;
    private static final int CHUNK = 8;
    private static final int LENGTH = 64;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EngineMetrics metrics = new EngineMetrics(meters);
    private final FakeDecoder decoder = FakeDecoder.free(SLOTS);
    private final LogitsReader reader =
            new LogitsReader(
                    FakeDecoder.VOCABULARY,
                    new Sampler(FakeDecoder.VOCABULARY, FakeDecoder.VOCABULARY),
                    new Logprobs(FakeDecoder.VOCABULARY));

    private EngineOptions options = new EngineOptions(SLOTS, LENGTH, CHUNK, 1000);
    private Admission admission = new Admission(options);
    private Scheduler scheduler = scheduler();

    private Scheduler scheduler() {
        return new Scheduler(options, 3, new CacheSpace(decoder, options, metrics.cache()));
    }

    private void with(EngineOptions other) {
        options = other;
        admission = new Admission(options);
        scheduler = scheduler();
    }

    @Test
    void anInteractiveOneStartsInTheNextStepThoughBackgroundHasAllSlots() {
        List<Recorder> bulk =
                IntStream.range(0, 9)
                        .mapToObj(i -> add(Requests.of(i).maxTokens(20).background()))
                        .toList();
        step();
        step();
        assertThat(scheduler.running()).hasSize(SLOTS);
        Recorder one = add(Requests.of(5).maxTokens(3));
        Recorder two = add(Requests.of(2).maxTokens(3));
        step();
        assertThat(one.tokens()).hasSize(1);
        assertThat(two.tokens()).hasSize(1);
        assertThat(preempted()).isEqualTo(2);
        finish();
        assertThat(one.tokens()).isEqualTo(FakeDecoder.greedy("base", new int[] {5}, 3));
        for (int i = 0; i < bulk.size(); i++) {
            assertThat(bulk.get(i).tokens())
                    .isEqualTo(FakeDecoder.greedy("base", new int[] {i}, 20));
        }
    }

    @Test
    void aBackgroundPromptIsInterrupted() {
        Recorder bulk = add(Requests.of(new int[40]).maxTokens(2).logprobs(0, true).background());
        step();
        Recorder one = add(Requests.of(5).maxTokens(2));
        step();
        assertThat(one.tokens()).hasSize(1);
        finish();
        assertThat(bulk.promptLogprobs()).hasSize(40);
        assertThat(bulk.tokens()).isEqualTo(FakeDecoder.greedy("base", new int[40], 2));
    }

    @Test
    void memoryIsGivenBackToo() {
        with(options.withMemory(new CacheMemory(60L, 0L)));
        Recorder bulk = add(Requests.of(1).maxTokens(39).background());
        step();
        Recorder one = add(Requests.of(2).maxTokens(20));
        step();
        assertThat(one.tokens()).hasSize(1);
        assertThat(scheduler.running()).hasSize(1);
        finish();
        assertThat(bulk.tokens()).isEqualTo(FakeDecoder.greedy("base", new int[] {1}, 39));
    }

    @Test
    void noneLeavesInVain() {
        with(options.withMemory(new CacheMemory(60L, 0L)));
        add(Requests.of(1).maxTokens(29));
        step();
        add(Requests.of(2).maxTokens(9).background());
        step();
        add(Requests.of(3).maxTokens(40));
        step();
        assertThat(preempted()).isZero();
        assertThat(scheduler.running()).hasSize(2);
    }

    @Test
    void backgroundPromptsComeInSmallPiecesBesideInteractiveTokens() {
        with(new EngineOptions(SLOTS, 4096, 1024, 1000));
        add(Requests.of(1).maxTokens(100));
        step();
        add(Requests.of(new int[2000]).background());
        assertThat(step().rows()).extracting(row -> row.tokens().length).containsExactly(1, 64);
        add(Requests.of(new int[2000]));
        for (int tokens = 64; tokens <= 1024; tokens *= 2) {
            BatchStep step = step();
            assertThat(step.tokens()).isEqualTo(1 + tokens);
            scheduler.took(step, 1);
        }
        Part last = step().parts().getLast();
        assertThat(last.sequence().yields()).isTrue();
        assertThat(last.row().tokens()).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void backgroundHasItsTurnUnderUnendingInteractiveLoad(int slots) {
        with(new EngineOptions(slots, LENGTH, CHUNK, 1000));
        List<Recorder> bulk =
                IntStream.range(0, 3)
                        .mapToObj(i -> add(Requests.of(i).maxTokens(5).background()))
                        .toList();
        int interactive = 0;
        while (!bulk.stream().allMatch(Recorder::ended)) {
            while (scheduler.waiting().size() < 8) {
                add(Requests.of(1).maxTokens(5));
                interactive++;
            }
            step();
            long promoted = scheduler.running().stream().filter(Sequence::promoted).count();
            assertThat(promoted).isLessThanOrEqualTo(1);
            assertThat(interactive).isLessThan(4 * 8 * (WaitingLine.TURN + 1));
        }
        for (int i = 0; i < bulk.size(); i++) {
            assertThat(bulk.get(i).tokens())
                    .isEqualTo(FakeDecoder.greedy("base", new int[] {i}, 5));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everySequenceGetsItsOwnTextWhateverItsPriority(boolean deterministic) {
        if (deterministic) {
            with(options.deterministically());
        }
        Random random = new Random(2);
        for (int round = 0; round < 40; round++) {
            List<Requests> requests = new ArrayList<>();
            List<Recorder> recorders = new ArrayList<>();
            while (recorders.size() < 30 || !scheduler.isIdle()) {
                if (recorders.size() < 30 && random.nextInt(4) == 0) {
                    requests.add(random(random));
                    recorders.add(add(requests.getLast()));
                }
                step();
            }
            for (int i = 0; i < recorders.size(); i++) {
                int[] prompt = requests.get(i).prompt();
                int count = Math.min(requests.get(i).maxTokens(), LENGTH - prompt.length);
                assertThat(recorders.get(i).tokens())
                        .isEqualTo(FakeDecoder.greedy("base", prompt, count));
                if (requests.get(i).promptLogprobs()) {
                    assertThat(recorders.get(i).promptLogprobs()).hasSize(prompt.length);
                }
            }
        }
        assertThat(preempted()).isGreaterThan(20);
    }

    /// What a sequence computes again in the deterministic mode has the shapes that it had before:
    /// its prompt in pieces, then token by token.
    @Test
    void theDeterministicModeRepeatsItsSteps() {
        with(options.deterministically());
        add(Requests.of(1, 2, 3).maxTokens(12).background());
        for (int i = 0; i < 6; i++) {
            step();
        }
        for (int i = 0; i < SLOTS; i++) {
            add(Requests.of(9).maxTokens(1));
        }
        decoder.steps.clear();
        finish();
        assertThat(preempted()).isEqualTo(1);
        assertThat(decoder.steps)
                .filteredOn(rows -> rows.getFirst().start() > 0)
                .hasSize(11)
                .allSatisfy(rows -> assertThat(rows.getFirst().tokens()).hasSize(1));
    }

    private Requests random(Random random) {
        int[] prompt = random.ints(1 + random.nextInt(20), 0, FakeDecoder.VOCABULARY).toArray();
        Requests request =
                Requests.of(prompt)
                        .maxTokens(1 + random.nextInt(40))
                        .logprobs(0, random.nextInt(4) == 0);
        return random.nextInt(2) == 0 ? request.background() : request;
    }

    private double preempted() {
        return meters.get("stethos.sequences.preempted").counter().count();
    }

    private Recorder add(Requests request) {
        Recorder recorder = new Recorder();
        scheduler.add(
                new Sequence(
                        recorder.on(request),
                        new TextStage(decoder.newText(), List.of()),
                        options.maxLength(),
                        new SequenceTimes(
                                metrics, admission, Milestones.UNWATCHED, options.deadline(), 0)));
        return recorder;
    }

    private void finish() {
        while (!scheduler.isIdle()) {
            step();
        }
    }

    private BatchStep step() {
        if (scheduler.makeRoom()) {
            scheduler.retire();
        }
        BatchStep step = scheduler.plan();
        if (step.isEmpty()) {
            return step;
        }
        float[] logits = decoder.step(step.rows());
        int offset = 0;
        for (Part part : step.parts()) {
            part.sequence().advance(part.row(), logits, offset, reader);
            offset += part.row().logits() * FakeDecoder.VOCABULARY;
        }
        scheduler.retire();
        return step;
    }
}
