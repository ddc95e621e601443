package dev.stethos.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.stethos.evaluation.Arm;
import dev.stethos.evaluation.EngineTextModel;
import dev.stethos.evaluation.TextModel;
import dev.stethos.evaluation.TextModel.Completion;
import dev.stethos.evaluation.TextModel.TextLoss;
import dev.stethos.evaluation.suite.MathProblem;
import dev.stethos.evaluation.suite.Suite;
import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.Revision;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import dev.stethos.inference.sampling.SamplingParams;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.torch.Tensor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On the embedded model's own items: the fast path against the serving engine.
final class BatchedAnswersTest {
    private static final Suite SUITE = Suite.named("tiny-math");
    private static final List<MathProblem> PROBLEMS = SUITE.problems(List.of(), 3);
    private static final List<List<MathProblem>> GROUPS =
            List.of(PROBLEMS.subList(0, 6), PROBLEMS.subList(6, PROBLEMS.size()));
    private static final List<String> DOCUMENTS =
            SUITE.controlDocuments().stream().limit(5).toList();

    private static Gemma3Model model;
    private static List<Arm> arms;

    @TempDir private Path folder;

    @BeforeAll
    static void open(@TempDir Path cache) {
        Path base = ModelSource.folder(ModelSource.EMBEDDED, cache, _ -> {});
        model = Gemma3Model.load(base, cache, ComputeType.AUTO);
        String from = "model.layers.3.mlp.down_proj.weight";
        Tensor other = model.base().tensor("model.layers.4.mlp.down_proj.weight");
        Tensor copy = other.slice(0, other.shape());
        Revision edited = model.base().derive("edited", Map.of(from, copy));
        arms =
                List.of(
                        new Arm("base", model.base(), false),
                        new Arm("edited", edited, false),
                        new Arm("base", model.base(), true));
    }

    @AfterAll
    static void close() {
        model.forget(arms.get(1).revision());
        arms.get(1).revision().close();
        model.close();
    }

    private static <T> List<T> joined(List<CompletableFuture<T>> futures) {
        return futures.stream().map(CompletableFuture::join).toList();
    }

    private BatchedAnswers batched() {
        return new BatchedAnswers(model, SUITE, GROUPS, DOCUMENTS, new KeptAnswers(folder));
    }

    @Test
    void answersAndLossesAreTheEngines() {
        try (InferenceEngine engine =
                        new InferenceEngine(
                                model,
                                new EngineOptions(64, 256, 1024, 256),
                                new SimpleMeterRegistry());
                BatchedAnswers batched = batched()) {
            TextModel slow = new EngineTextModel(model, engine, SUITE);
            for (MathProblem problem : PROBLEMS) {
                List<Completion> expected = joined(slow.answer(problem.problem(), arms));
                assertThat(joined(batched.answer(problem.problem(), arms))).isEqualTo(expected);
            }
            for (String document : DOCUMENTS) {
                List<TextLoss> expected = joined(slow.loss(document, arms.subList(0, 2)));
                List<TextLoss> found = joined(batched.loss(document, arms.subList(0, 2)));
                for (int arm = 0; arm < 2; arm++) {
                    assertThat(found.get(arm).tokens()).isEqualTo(expected.get(arm).tokens());
                    assertThat(found.get(arm).nats())
                            .isCloseTo(expected.get(arm).nats(), within(1e-3));
                }
            }
        }
    }

    /// A group is computed when one of its problems is asked for, once, also by the next run.
    @Test
    void keepsWhatAnArmSaid() throws IOException {
        String problem = PROBLEMS.getFirst().problem();
        List<Completion> first;
        try (BatchedAnswers batched = batched()) {
            first = joined(batched.answer(problem, arms.subList(0, 1)));
        }
        assertThat(files()).hasSize(1);
        Path kept = files().getFirst();
        String said = Files.readString(kept);
        String changed = said.replaceFirst("\"text\":\"", "\"text\":\"kept ");
        Files.writeString(kept, changed);
        try (BatchedAnswers batched = batched()) {
            assertThat(joined(batched.answer(problem, arms.subList(0, 1))).getFirst().text())
                    .isEqualTo("kept " + first.getFirst().text());
        }
        Files.writeString(kept, "[{");
        try (BatchedAnswers batched = batched()) {
            assertThatThrownBy(() -> batched.answer(problem, arms.subList(0, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(kept.getFileName()));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void refusesDrawnAnswersAndProblemsOfOthers() {
        SamplingParams drawn = new SamplingParams(1, 0, 1, 0, 1, 0, 0, Map.of(), 1L);
        try (BatchedAnswers batched = batched()) {
            assertThatThrownBy(() -> batched.answer(PROBLEMS.getFirst().problem(), arms, drawn))
                    .hasMessage("temperature 1.0, allowed is 0");
            assertThatThrownBy(() -> batched.loss("another text", arms))
                    .hasMessage("\"another text\" is not of this experiment");
        }
    }
}
