package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.TinyModel;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.torch.Tensor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An engine with kept prompts says what one without says. The model's window is 8 tokens.
@TestInstance(Lifecycle.PER_CLASS)
class KeptPromptsTest {
    private static final int LENGTH = 120;

    private Gemma3Model model;
    private Revision edited;

    @BeforeAll
    void load(@TempDir Path folder) {
        model = TinyModel.load(folder);
        edited = TinyModel.edited(model);
    }

    @AfterAll
    void close() {
        edited.close();
        model.close();
    }

    /// Chunks shorter and longer than the window, and no multiples of it.
    @ParameterizedTest
    @ValueSource(ints = {5, 8, 21})
    void deterministicAnswersAreBitEqualWithKeptPrompts(int chunk) {
        EngineOptions plain = new EngineOptions(4, LENGTH, chunk, 60).deterministically();
        List<Requests> requests = requests(24, chunk);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        List<Recorder> expected = run(plain, requests, new SimpleMeterRegistry());
        List<Recorder> given = run(plain.withMemory(memory(5_000)), requests, meters);
        for (int i = 0; i < requests.size(); i++) {
            assertThat(given.get(i).texts()).isEqualTo(expected.get(i).texts());
            assertThat(given.get(i).events.getFirst()).isEqualTo(expected.get(i).events.getFirst());
        }
        assertThat(meters.get("stethos.prefix.hits").counter().count()).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 64})
    void answersAreEqualButForRoundingWithKeptPrompts(int chunk) {
        EngineOptions plain = new EngineOptions(4, LENGTH, chunk, 60);
        List<Requests> requests = requests(24, chunk);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        List<Recorder> expected = run(plain, requests, new SimpleMeterRegistry());
        List<Recorder> given = run(plain.withMemory(memory(200)), requests, meters);
        for (int i = 0; i < requests.size(); i++) {
            assertThat(given.get(i).tokens()).isEqualTo(expected.get(i).tokens());
            for (int at = 0; at < given.get(i).logprobs().size(); at++) {
                assertThat(given.get(i).logprobs().get(at).logprob())
                        .isCloseTo(expected.get(i).logprobs().get(at).logprob(), within(1e-4));
            }
        }
        assertThat(meters.get("stethos.prefix.hits").counter().count()).isGreaterThan(5);
        assertThat(meters.get("stethos.prefix.evictions").counter().count()).isPositive();
    }

    @Test
    void theSecondPromptThatIsTheSameIsNotComputedAgain() {
        EngineOptions options = new EngineOptions(2, LENGTH, 16, 4).withMemory(memory(500));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (InferenceEngine engine = new InferenceEngine(model, options, meters)) {
            Requests request = request(prompt(new Random(1), 70));
            assertThat(submit(engine, request).cachedTokens()).isZero();
            assertThat(submit(engine, request).cachedTokens()).isEqualTo(64);
            assertThat(submit(engine, request.revision(edited)).cachedTokens()).isZero();
            assertThat(submit(engine, request.revision(edited)).cachedTokens()).isEqualTo(64);
            assertThat(meters.get("stethos.prompt.tokens").counter().count())
                    .isEqualTo(2 * 70 + 2 * 6);
            engine.forget(edited);
            assertThat(submit(engine, request.revision(edited)).cachedTokens()).isZero();
            assertThat(submit(engine, request).cachedTokens()).isEqualTo(64);
        }
    }

    @Test
    void keptPromptsKeepToTheirBoundAndAreFreedWithTheEngine() {
        long before = Tensor.liveCount();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        EngineOptions options = new EngineOptions(2, LENGTH, 16, 4).withMemory(memory(100));
        try (InferenceEngine engine = new InferenceEngine(model, options, meters)) {
            for (int i = 0; i < 20; i++) {
                submit(engine, request(prompt(new Random(i), 90)).maxTokens(2));
                assertThat(meters.get("stethos.prefix.bytes").gauge().value())
                        .isPositive()
                        .isLessThanOrEqualTo(
                                meters.get("stethos.prefix.limit.bytes").gauge().value());
            }
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void theMemoryShortensTheContextWhenOneSequenceHasNoRoom() {
        EngineOptions options =
                new EngineOptions(2, LENGTH, 16, 4)
                        .withMemory(new CacheMemory(model.cacheBytes(1, 50), 0L));
        try (InferenceEngine engine =
                new InferenceEngine(model, options, new SimpleMeterRegistry())) {
            assertThat(engine.options().maxLength()).isEqualTo(50);
            Requests tooLong = request(prompt(new Random(1), 50));
            assertThatThrownBy(() -> engine.submit(List.of(new Recorder().on(tooLong))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("prompt: 50 tokens were given, allowed are 49 in a context of 50");
            assertThat(submit(engine, request(prompt(new Random(1), 49))).completionTokens())
                    .isEqualTo(1);
        }
        EngineOptions none = options.withMemory(new CacheMemory(10L, 0L));
        assertThatThrownBy(() -> new InferenceEngine(model, none, new SimpleMeterRegistry()))
                .hasMessageContaining("10 bytes are too few");
    }

    @Test
    void sequencesThatWaitForMemorySayWhatTheySayAlone() {
        EngineOptions plain = new EngineOptions(8, LENGTH, 16, 60);
        long bytes = model.cacheBytes(2, LENGTH);
        List<Requests> requests = requests(20, 3);
        List<Recorder> expected = run(plain, requests, new SimpleMeterRegistry());
        List<Recorder> given =
                run(
                        plain.withMemory(new CacheMemory(bytes, 0L)),
                        requests,
                        new SimpleMeterRegistry());
        for (int i = 0; i < requests.size(); i++) {
            assertThat(given.get(i).tokens()).isEqualTo(expected.get(i).tokens());
        }
    }

    @Test
    void openBoundsTakeSharesOfTheFreeMemory() {
        EngineOptions options =
                new EngineOptions(2, LENGTH, 16, 4).withMemory(CacheMemory.AUTOMATIC);
        try (InferenceEngine engine =
                new InferenceEngine(model, options, new SimpleMeterRegistry())) {
            assertThat(engine.options().memory().running()).isEqualTo(model.cacheBytes(2, LENGTH));
            assertThat(engine.options().memory().kept()).isGreaterThan(1L << 20);
        }
    }

    /// Room for so many kept tokens, and more than enough for those that run.
    private CacheMemory memory(int keptTokens) {
        return new CacheMemory(Long.MAX_VALUE, model.savedBytes(keptTokens));
    }

    /// Prompts that begin alike, of both revisions, some of them scored.
    private List<Requests> requests(int count, long seed) {
        Random random = new Random(seed);
        int[] common = prompt(random, 80);
        List<Requests> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] own = prompt(random, 1 + random.nextInt(10));
            int shared = random.nextInt(common.length);
            int[] prompt =
                    IntStream.concat(IntStream.of(common).limit(shared), IntStream.of(own))
                            .toArray();
            requests.add(
                    request(prompt)
                            .revision(random.nextInt(3) == 0 ? edited : model.base())
                            .logprobs(2, random.nextInt(6) == 0)
                            .maxTokens(1 + random.nextInt(12)));
        }
        return requests;
    }

    private GenerationEvent.Finished submit(InferenceEngine engine, Requests request) {
        Recorder recorder = new Recorder();
        engine.submit(List.of(recorder.on(request)));
        return recorder.finished();
    }

    private List<Recorder> run(
            EngineOptions options, List<Requests> requests, SimpleMeterRegistry meters) {
        List<Recorder> recorders = requests.stream().map(request -> new Recorder()).toList();
        try (InferenceEngine engine = new InferenceEngine(model, options, meters)) {
            engine.submit(
                    IntStream.range(0, requests.size())
                            .mapToObj(i -> recorders.get(i).on(requests.get(i)))
                            .toList());
            recorders.forEach(Recorder::finished);
        }
        return recorders;
    }

    private Requests request(int... prompt) {
        return Requests.of(prompt).revision(model.base()).maxTokens(8);
    }

    private static int[] prompt(Random random, int length) {
        return random.ints(length, 7, TinyModel.VOCABULARY).toArray();
    }
}
