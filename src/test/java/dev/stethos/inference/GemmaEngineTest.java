package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.gemma.TinyModel;
import dev.stethos.inference.admission.QueueFullException;
import dev.stethos.inference.generation.Generation;
import dev.stethos.inference.generation.GenerationEvent.FinishReason;
import dev.stethos.inference.sampling.Params;
import dev.stethos.inference.sampling.TokenLogprob;
import dev.stethos.torch.Tensor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
class GemmaEngineTest {
    private static final int LENGTH = 96;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
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

    @Test
    void greedyTextIsTheOracles() {
        int[] prompt = prompt(new Random(1), 13);
        List<Integer> generated = alone(request(prompt).maxTokens(20)).tokens();
        assertThat(generated).hasSize(20);
        List<Integer> tokens = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
        for (int token : generated) {
            double[] logits =
                    TinyModel.oracleLogits(tokens.stream().mapToInt(Integer::intValue).toArray());
            double best =
                    Arrays.stream(logits).limit(model.tokenizer().vocabSize()).max().orElseThrow();
            assertThat(logits[token]).isCloseTo(best, within(1e-3));
            tokens.add(token);
        }
    }

    @Test
    void sequencesTogetherEqualEachAlone() {
        Random random = new Random(2);
        List<Requests> requests =
                IntStream.range(0, 24)
                        .mapToObj(i ->
                                request(prompt(random, 1 + random.nextInt(40)))
                                        .revision(i % 3 == 0 ? edited : model.base())
                                        .maxTokens(1 + random.nextInt(40)))
                        .toList();
        List<Recorder> together = run(options(5, 16), requests);
        for (int i = 0; i < requests.size(); i++) {
            Recorder alone = alone(requests.get(i));
            assertThat(together.get(i).tokens()).isEqualTo(alone.tokens());
            assertThat(together.get(i).text()).isEqualTo(alone.text());
            assertThat(together.get(i).finished()).isEqualTo(alone.finished());
        }
        int[] prompt = prompt(random, 9);
        assertThat(alone(request(prompt)).tokens())
                .isNotEqualTo(alone(request(prompt).revision(edited)).tokens());
    }

    @Test
    void theSizeOfPrefillChunksChangesNothing() {
        Requests request = request(prompt(new Random(3), 37)).maxTokens(12);
        Recorder whole = run(options(2, 64), List.of(request)).getFirst();
        for (int chunk : new int[] {1, 3, 7, 8, 36}) {
            Recorder chunked = run(options(2, chunk), List.of(request)).getFirst();
            assertThat(chunked.tokens()).isEqualTo(whole.tokens());
        }
    }

    @Test
    void theSameSeedGivesTheSameTextWhateverItsCompany() {
        Random random = new Random(4);
        Requests seeded =
                request(prompt(random, 11)).sampling(Params.seeded(99).topP(0.95)).maxTokens(25);
        List<Requests> requests = new ArrayList<>();
        requests.add(seeded);
        for (int i = 0; i < 7; i++) {
            requests.add(request(prompt(random, 1 + 4 * i)).sampling(Params.seeded(i)));
        }
        requests.add(seeded);
        List<Recorder> together = run(options(4, 16), requests);
        List<Integer> alone = alone(seeded).tokens();
        assertThat(together.getFirst().tokens()).isEqualTo(alone);
        assertThat(together.getLast().tokens()).isEqualTo(alone);
    }

    @Test
    void textIsTheTokenizersDecodingOfTheTokens() {
        Requests wild = request(5).sampling(Params.seeded(5).temperature(50)).maxTokens(LENGTH - 1);
        Recorder recorder = alone(wild);
        assertThat(recorder.tokens()).hasSize(LENGTH - 1);
        assertThat(recorder.text())
                .isEqualTo(
                        model.tokenizer()
                                .decode(
                                        recorder.tokens().stream()
                                                .mapToInt(Integer::intValue)
                                                .toArray()));
    }

    @Test
    void generatedLogprobsEqualThePromptLogprobsOfTheSameTokens() {
        int[] prompt = prompt(new Random(6), 10);
        Recorder generated = alone(request(prompt).logprobs(4, false).maxTokens(20));
        int[] all =
                IntStream.concat(
                                Arrays.stream(prompt),
                                generated.tokens().stream().mapToInt(Integer::intValue))
                        .toArray();
        Recorder scored = alone(request(all).logprobs(4, true).maxTokens(0));
        assertThat(scored.finished().completionTokens()).isZero();
        assertThat(scored.promptLogprobs()).hasSize(30);
        for (int i = 0; i < 20; i++) {
            TokenLogprob expected = generated.logprobs().get(i);
            TokenLogprob given = scored.promptLogprobs().get(10 + i);
            assertThat(given.token()).isEqualTo(expected.token());
            assertThat(given.logprob()).isCloseTo(expected.logprob(), within(1e-4));
            assertThat(given.top()).hasSameSizeAs(expected.top()).hasSize(4);
            for (int rank = 0; rank < 4; rank++) {
                assertThat(given.top().get(rank).logprob())
                        .isCloseTo(expected.top().get(rank).logprob(), within(1e-4));
            }
        }
    }

    @Test
    void everyTensorOfTheEngineIsFreed() {
        long before = Tensor.liveCount();
        Random random = new Random(7);
        try (InferenceEngine engine = new InferenceEngine(model, options(4, 8), meters)) {
            Recorder first = new Recorder();
            engine.submit(List.of(first.on(request(1))));
            first.finished();
            long idle = Tensor.liveCount();
            List<Recorder> recorders = new ArrayList<>();
            List<Generation> generations = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Recorder recorder = new Recorder();
                Requests request =
                        request(prompt(random, 1 + random.nextInt(30)))
                                .maxTokens(1 + random.nextInt(20));
                try {
                    generations.addAll(engine.submit(List.of(recorder.on(request))));
                    recorders.add(recorder);
                } catch (QueueFullException e) {
                    generations.get(random.nextInt(generations.size())).cancel();
                    recorders.get(random.nextInt(recorders.size())).end();
                }
            }
            recorders.forEach(recorder ->
                    assertThat(recorder.finished().reason())
                            .isIn(FinishReason.LENGTH, FinishReason.CANCELLED));
            engine.onDeviceThread(() -> {});
            engine.onDeviceThread(() -> {});
            assertThat(Tensor.liveCount()).isEqualTo(idle);
            assertThat(meters.get("stethos.sequences.running").gauge().value()).isZero();
        }
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    private Requests request(int... prompt) {
        return Requests.of(prompt).revision(model.base());
    }

    private Recorder alone(Requests request) {
        return run(options(1, 64), List.of(request)).getFirst();
    }

    private List<Recorder> run(EngineOptions options, List<Requests> requests) {
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

    private static EngineOptions options(int slots, int chunk) {
        return new EngineOptions(slots, LENGTH, chunk, 30);
    }

    private static int[] prompt(Random random, int length) {
        return random.ints(length, 7, TinyModel.VOCABULARY).toArray();
    }
}
