package dev.stethos.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.InferenceEngine.Submission;
import dev.stethos.inference.generation.GenerationEvent;
import dev.stethos.inference.generation.GenerationRequest;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.inference.sampling.TokenLogprob;
import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// In the deterministic mode a sequence says the same, to the last bit of its log probabilities,
/// alone and in any company. Different companies fill the batch to different sizes and put the
/// sequence in different places.
class DeterminismTest {
    private static final EngineOptions OPTIONS =
            new EngineOptions(16, 96, 32, 64).deterministically();

    @TempDir private Path cache;

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void companyChangesNothing(ComputeType compute) {
        try (Gemma3Model model =
                        Gemma3Model.load(Path.of("src/main/resources/tiny/base"), cache, compute);
                Revision other = other(model.base());
                InferenceEngine engine =
                        new InferenceEngine(model, OPTIONS, new SimpleMeterRegistry())) {
            GenerationRequest watched = request(model.base(), 41, 7);
            List<List<TokenLogprob>> alone = answers(engine, List.of(watched), 0);
            for (int company : new int[] {1, 6, 21}) {
                List<GenerationRequest> together = new ArrayList<>();
                for (int i = 0; i < company; i++) {
                    Revision revision = i % 3 == 2 ? other : model.base();
                    together.add(request(revision, 3 + 4 * i % 50, 100 + i));
                }
                int place = company / 2;
                together.add(place, watched);
                assertThat(answers(engine, together, place)).isEqualTo(alone);
            }
            model.forget(other);
        }
    }

    private static Revision other(Revision base) {
        String name = "model.layers.3.mlp.up_proj.weight";
        Tensor zeros = TorchRuntime.get().zeros(ScalarType.BF16, base.tensor(name).shape());
        return base.derive("f".repeat(64), Map.of(name, zeros));
    }

    private static GenerationRequest request(Revision revision, int length, long seed) {
        return new GenerationRequest(
                revision,
                new Random(seed).ints(length, 3, 1000).toArray(),
                new SamplingParams(1, 0, 1, 0, 1, 0, 0, Map.of(), seed),
                24,
                List.of(),
                Set.of(),
                Set.of(),
                3,
                seed == 7);
    }

    /// Everything that the sequence at `place` told, prompt first.
    private static List<List<TokenLogprob>> answers(
            InferenceEngine engine, List<GenerationRequest> requests, int place) {
        List<List<TokenLogprob>> told = new ArrayList<>();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        List<Submission> submissions = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            ends.add(end);
            boolean watched = i == place;
            submissions.add(
                    new Submission(
                            requests.get(i),
                            event -> {
                                switch (event) {
                                    case GenerationEvent.PromptScored scored -> {
                                        if (watched) {
                                            told.add(scored.tokens());
                                        }
                                    }
                                    case GenerationEvent.Text text -> {
                                        if (watched) {
                                            told.add(text.logprobs());
                                        }
                                    }
                                    case GenerationEvent.Finished _ -> end.complete(null);
                                    case GenerationEvent.Failed failed ->
                                            end.completeExceptionally(
                                                    new AssertionError(failed.message()));
                                }
                            }));
        }
        engine.submit(submissions);
        ends.forEach(CompletableFuture::join);
        assertThat(told).hasSizeGreaterThan(10);
        return told;
    }
}
