package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The fake decoder's cache takes one byte for every token of every slot, of the longest sequence's
/// length each; here it may take 64.
class KvMemoryTest {
    private static final int LIMIT = 64;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FakeDecoder decoder = FakeDecoder.held(4);
    private final InferenceEngine engine =
            new InferenceEngine(
                    decoder,
                    new EngineOptions(4, 64, 8, 40).withMemory(new CacheMemory((long) LIMIT, 16L)),
                    meters);

    @AfterEach
    void close() {
        decoder.allow(1_000_000);
        engine.close();
    }

    @Test
    void sequencesThatDoNotFitWaitAndAllSayWhatTheySayAlone() {
        Random random = new Random(1);
        List<Requests> requests = new ArrayList<>();
        List<Recorder> recorders = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int[] prompt = random.ints(1 + random.nextInt(30), 0, 3).toArray();
            requests.add(Requests.of(prompt).maxTokens(1 + random.nextInt(60)));
            recorders.add(new Recorder());
            engine.submit(List.of(recorders.getLast().on(requests.getLast())));
        }
        decoder.allow(1_000_000);
        for (int i = 0; i < requests.size(); i++) {
            int[] prompt = requests.get(i).prompt();
            int count = Math.min(requests.get(i).maxTokens(), LIMIT - prompt.length);
            assertThat(recorders.get(i).finished().reason()).isEqualTo(FinishReason.LENGTH);
            assertThat(recorders.get(i).tokens())
                    .isEqualTo(FakeDecoder.greedy("base", prompt, count));
        }
        assertThat(decoder.mostReserved).isBetween(LIMIT / 2L, (long) LIMIT);
        engine.onDeviceThread(() -> {});
        assertThat(gauge("stethos.kv.waiting")).isZero();
    }

    @Test
    void whoeverWaitsForMemoryIsNotOvertaken() {
        List<String> ends = new CopyOnWriteArrayList<>();
        submit(ends, "long", Requests.of(1, 2).maxTokens(30));
        submit(ends, "large", Requests.of(3).maxTokens(60));
        submit(ends, "small", Requests.of(4).maxTokens(1)).recorder();
        Recorder last = submit(ends, "last", Requests.of(5).maxTokens(2)).recorder();
        decoder.allow(5);
        while (decoder.steps.size() < 6) {
            Thread.onSpinWait();
        }
        assertThat(gauge("stethos.sequences.running")).isEqualTo(1);
        assertThat(gauge("stethos.kv.waiting")).isEqualTo(3);
        assertThat(gauge("stethos.kv.bytes")).isEqualTo(32);
        assertThat(gauge("stethos.kv.limit.bytes")).isEqualTo(LIMIT);
        decoder.allow(1_000);
        last.finished();
        assertThat(ends).containsExactly("long", "large", "small", "last");
    }

    @Test
    void sequencesThatAreCancelledLeaveTheirMemory() {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        List<Generation> generations = new ArrayList<>();
        generations.addAll(
                engine.submit(List.of(first.on(Requests.of(new int[20]).maxTokens(44)))));
        generations.addAll(
                engine.submit(List.of(second.on(Requests.of(new int[20]).maxTokens(44)))));
        decoder.allow(1);
        generations.forEach(Generation::cancel);
        decoder.allow(1_000);
        assertThat(first.finished().reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(second.finished().reason()).isEqualTo(FinishReason.CANCELLED);
        Recorder third = new Recorder();
        engine.submit(List.of(third.on(Requests.of(1).maxTokens(63))));
        assertThat(third.finished().completionTokens()).isEqualTo(63);
        engine.onDeviceThread(() -> {});
        engine.onDeviceThread(() -> {});
        assertThat(gauge("stethos.kv.bytes")).isZero();
        assertThat(gauge("stethos.sequences.waiting")).isZero();
        engine.close();
        assertThat(decoder.keptTokens).hasValue(0);
    }

    private Named submit(List<String> ends, String name, Requests request) {
        Recorder recorder = new Recorder();
        engine.submit(
                List.of(
                        new InferenceEngine.Submission(
                                request.build(),
                                event -> {
                                    if (event instanceof GenerationEvent.Finished) {
                                        ends.add(name);
                                    }
                                    recorder.accept(event);
                                })));
        return new Named(name, recorder);
    }

    private record Named(String name, Recorder recorder) {}

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }
}
