package dev.stethos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.bench.DecodeBench.Arm;
import dev.stethos.bench.PairedTiming.Budget;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.RandomModel;
import dev.stethos.inference.EngineOptions;
import dev.stethos.inference.InferenceEngine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeBenchTest {
    private static final Budget SHORT = new Budget(Duration.ZERO, Budget.FEWEST_PAIRS);

    private static final Budget LONG = new Budget(Duration.ofHours(1), Budget.FEWEST_PAIRS);

    private static Gemma3Model model;
    private static InferenceEngine engine;

    @BeforeAll
    static void open(@TempDir Path folder) {
        model = RandomModel.load(folder);
        engine =
                new InferenceEngine(
                        model, new EngineOptions(4, 128, 64, 4), new SimpleMeterRegistry());
    }

    @AfterAll
    static void close() {
        engine.close();
        model.close();
    }

    @Test
    void measuresWhatAnEvaluationCostsCompletions() {
        try (EvaluationBench bench = new EvaluationBench(model, engine, model.base())) {
            Measure slowdown = bench.slowdown(3, Duration.ZERO).orElseThrow();
            assertThat(slowdown.name()).isEqualTo("evaluation_slowdown");
            assertThat(slowdown.value()).isPositive().isFinite();
        }
    }

    @Test
    void measuresBothArmsAtEveryBatchSize() {
        List<Integer> begun = new ArrayList<>();
        BenchReport report =
                new DecodeBench(model, engine, 5, SHORT)
                        .run(arm("base"), arm("same"), List.of(1, 3), begun::add);
        assertThat(begun).containsExactly(1, 3);
        assertThat(report.batches()).extracting(BatchResult::batch).containsExactly(1, 3);
        assertThat(report.load().cores()).isPositive();
        for (BatchResult result : report.batches()) {
            assertThat(result.timing().pairs()).isEqualTo(6);
            assertThat(result.timing().unedited()).allMatch(DecodeBenchTest::tookTime);
            assertThat(result.timing().edited()).allMatch(DecodeBenchTest::tookTime);
        }
    }

    @Test
    void refusesABatchLargerThanTheEngines() {
        assertThatThrownBy(() ->
                        new DecodeBench(model, engine, 5, SHORT)
                                .run(arm("base"), arm("same"), List.of(5), batch -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("batch: 5 was given, allowed is 1 to 4");
    }

    @Test
    void failsWhenABlockCannotHaveItsTokens() {
        assertThatThrownBy(() ->
                        new DecodeBench(model, engine, 500, LONG)
                                .run(arm("base"), arm("same"), List.of(1), batch -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("500 were asked for");
    }

    @Test
    void refusesBlocksWithoutAStepBetweenTokens() {
        assertThatThrownBy(() -> new DecodeBench(model, engine, 1, SHORT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tokens: 1 was given, allowed is 2 or more");
    }

    private static boolean tookTime(DecodeBlock block) {
        return block.firstToken() > 0 && block.perToken() > 0;
    }

    private static Arm arm(String name) {
        return new Arm(name, model.base());
    }
}
