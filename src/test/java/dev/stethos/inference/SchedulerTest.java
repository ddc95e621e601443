package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.stethos.gemma.Gemma3Model.Row;
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

class SchedulerTest {
    private static final int SLOTS = 4;
    private static final int CHUNK = 8;
    private static final int SCORES = 3;
    private static final int LENGTH = 64;

    private EngineOptions options = new EngineOptions(SLOTS, LENGTH, CHUNK, 100);
    private final Admission admission = new Admission(options);
    private final EngineMetrics metrics = new EngineMetrics(new SimpleMeterRegistry());
    private final FakeDecoder decoder = FakeDecoder.free(SLOTS);
    private final LogitsReader reader =
            new LogitsReader(
                    FakeDecoder.VOCABULARY,
                    new Sampler(FakeDecoder.VOCABULARY, FakeDecoder.VOCABULARY),
                    new Logprobs(FakeDecoder.VOCABULARY));
    private Scheduler scheduler = scheduler();

    private Scheduler scheduler() {
        return new Scheduler(options, SCORES, new CacheSpace(decoder, options, metrics.cache()));
    }

    private void with(EngineOptions others) {
        options = others;
        scheduler = scheduler();
    }

    @Test
    void runsShortPromptsTogetherAndLongOnesInPieces() {
        add(Requests.of(new int[3]));
        add(Requests.of(new int[2]));
        add(Requests.of(new int[12]));
        add(Requests.of(new int[1]));
        assertThat(shape(step())).containsExactly("0:0+3", "1:0+2", "2:0+3");
        assertThat(shape(step())).containsExactly("0:3+1", "1:2+1", "2:3+8");
        assertThat(shape(step())).containsExactly("0:4+1", "1:3+1", "2:11+1", "3:0+1");
        assertThat(shape(step())).containsExactly("0:5+1", "1:4+1", "2:12+1", "3:1+1");
    }

    @Test
    void aLongPromptBesideGeneratingOnesComesInPiecesThatTheDeviceIsQuickWith() {
        with(new EngineOptions(SLOTS, 4096, 4 * PrefillPace.LEAST_TOKENS, 100));
        add(Requests.of(new int[1]).maxTokens(1000));
        step();
        assertThat(pieces(512, 0)).containsExactly(64, 128, 256, 64);
        assertThat(pieces(512, PrefillPace.LEAST_NANOS + 1)).containsExactly(256, 128, 64, 64);
    }

    /// The pieces of one more prompt, each step of which takes so long.
    private List<Integer> pieces(int prompt, long nanos) {
        add(Requests.of(new int[prompt]).maxTokens(1));
        List<Integer> pieces = new ArrayList<>();
        while (pieces.stream().mapToInt(piece -> piece).sum() < prompt) {
            BatchStep step = step();
            scheduler.took(step, nanos);
            pieces.add(step.rows().getLast().tokens().length);
        }
        return pieces;
    }

    @Test
    void aSequenceThatLeavesMakesRoomForTheNext() {
        List<Recorder> recorders =
                IntStream.range(0, 6).mapToObj(i -> add(Requests.of(i).maxTokens(2 + i))).toList();
        assertThat(shape(step())).hasSize(4);
        step();
        assertThat(recorders.get(0).ended()).isTrue();
        assertThat(scheduler.running()).hasSize(3);
        assertThat(shape(step())).containsExactly("0:2+1", "1:2+1", "2:2+1", "3:0+1");
    }

    @Test
    void theLastSequenceMovesIntoTheHole() {
        add(Requests.of(1).maxTokens(1));
        add(Requests.of(2, 2));
        add(Requests.of(3, 3, 3));
        add(Requests.of(new int[9]));
        step();
        assertThat(scheduler.running())
                .extracting(Sequence::slot, Sequence::computed)
                .containsExactly(tuple(0, 3), tuple(1, 2), tuple(2, 2));
        assertThat(shape(step())).containsExactly("0:3+1", "1:2+1", "2:2+7");
    }

    @Test
    void promptsThatWantLogprobsKeepToTheirOwnLimit() {
        add(Requests.of(new int[7]).logprobs(0, true));
        assertThat(step().rows()).extracting(Row::logits).containsExactly(3);
        assertThat(step().rows()).extracting(Row::logits).containsExactly(3);
        add(Requests.of(new int[7]));
        assertThat(step().rows()).extracting(Row::logits).containsExactly(1, 1);
    }

    @Test
    void everySequenceGetsItsOwnTextWhateverItsCompany() {
        Random random = new Random(1);
        for (int round = 0; round < 60; round++) {
            List<Requests> requests = new ArrayList<>();
            List<Recorder> recorders = new ArrayList<>();
            while (recorders.size() < 25 || !scheduler.isIdle()) {
                if (recorders.size() < 25 && random.nextInt(3) > 0) {
                    requests.add(random(random));
                    recorders.add(add(requests.getLast()));
                }
                assertLawful(step());
            }
            for (int i = 0; i < recorders.size(); i++) {
                int[] prompt = requests.get(i).prompt();
                int count = Math.min(requests.get(i).maxTokens(), LENGTH - prompt.length);
                List<Integer> expected = FakeDecoder.greedy("base", prompt, count);
                assertThat(recorders.get(i).tokens()).isEqualTo(expected);
                assertThat(recorders.get(i).finished().completionTokens()).isEqualTo(count);
            }
        }
    }

    private void assertLawful(BatchStep step) {
        List<Part> parts = step.parts();
        List<Part> decoding = parts.stream().filter(part -> part.row().start() > 0).toList();
        assertThat(parts.stream().map(part -> part.row().slot()))
                .isEqualTo(IntStream.range(0, parts.size()).boxed().toList());
        int promptTokens = 0;
        int scored = 0;
        for (Part part : parts) {
            int length = part.row().tokens().length;
            boolean scores = part.row().logits() > 1 || part.sequence().scoresPrompt();
            promptTokens += length > 1 ? length : 0;
            scored += scores && length > 1 ? length : 0;
        }
        assertThat(promptTokens).isLessThanOrEqualTo(CHUNK);
        assertThat(scored).isLessThanOrEqualTo(SCORES);
        assertThat(decoding.size()).isLessThanOrEqualTo(SLOTS);
        assertThat(scheduler.running().stream().filter(Sequence::prefilling).count())
                .isLessThanOrEqualTo(1);
        assertThat(scheduler.running().stream().limit(Math.max(0, scheduler.running().size() - 1)))
                .noneMatch(Sequence::prefilling);
    }

    private Requests random(Random random) {
        int[] prompt = random.ints(1 + random.nextInt(20), 0, FakeDecoder.VOCABULARY).toArray();
        return Requests.of(prompt)
                .maxTokens(1 + random.nextInt(60))
                .logprobs(0, random.nextInt(4) == 0);
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

    private BatchStep step() {
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

    private static List<String> shape(BatchStep step) {
        return step.rows().stream()
                .map(row -> row.slot() + ":" + row.start() + "+" + row.tokens().length)
                .toList();
    }
}
