package dev.stethos.lab.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.sae.SaeRecipe.Kind;
import dev.stethos.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows are sparse sums of hidden directions, which an SAE can find.
class SaeTrainingTest {
    private static final int D = 16;
    private static final int HIDDEN = 32;
    private static final TokenRows ROWS = sparse();

    @TempDir private Path folder;

    private static TokenRows sparse() {
        Random random = new Random(1);
        double[][] directions = new double[HIDDEN][D];
        for (double[] direction : directions) {
            for (int i = 0; i < D; i++) {
                direction[i] = random.nextGaussian();
            }
        }
        float[] values = new float[4000 * D];
        for (int row = 0; row < 4000; row++) {
            for (int n = 0; n < 3; n++) {
                double[] direction = directions[random.nextInt(HIDDEN)];
                double size = 1 + random.nextDouble();
                for (int i = 0; i < D; i++) {
                    values[row * D + i] += (float) (size * direction[i]);
                }
            }
        }
        return TokenRows.of(List.of(new Activations(D, values)));
    }

    private static SaeRecipe recipe(Kind kind, int steps) {
        return SaeRecipe.of(kind, 64, 4, steps, 128, 4e-3, 7);
    }

    @ParameterizedTest
    @EnumSource
    void learnsToReconstruct(Kind kind) {
        List<StepReport> reports = new ArrayList<>();
        SaeTraining.Trained trained =
                new SaeTraining(ROWS, recipe(kind, 500), null, 20, "test")
                        .run("m", "h", reports::add);
        assertThat(reports).hasSize(500);
        assertThat(trained.last().fvu()).isLessThan(0.25).isLessThan(0.5 * reports.get(0).fvu());
        assertThat(trained.last().l0()).isBetween(2.0, 7.0);
        try (Sae sae = trained.open()) {
            Activations some = ROWS.range(0, 500);
            SaeScore score = new SaeScore(sae);
            score.add(some);
            assertThat(score.fvu()).isLessThan(0.3);
            assertThat(score.l0()).isCloseTo(trained.last().l0(), Offset.offset(1.0));
            assertThat(score.deadShare()).isEqualTo(score.dead() / 64.0).isLessThan(0.75);
        }
    }

    @ParameterizedTest
    @EnumSource
    void decoderRowsKeepNormOne(Kind kind) {
        float[] decoder =
                new SaeTraining(ROWS, recipe(kind, 30), null, 20, "test")
                        .run("m", "h", report -> {})
                        .weights()
                        .decoder();
        for (int row = 0; row < 64; row++) {
            double square = 0;
            for (int i = 0; i < D; i++) {
                square += (double) decoder[row * D + i] * decoder[row * D + i];
            }
            assertThat(square).isCloseTo(1, Offset.offset(1e-5));
        }
    }

    @Test
    void sameSeedGivesTheSameBytesAndAnotherDoesNot() throws IOException {
        SaeRecipe recipe = recipe(Kind.BATCH_TOPK, 40);
        byte[] first = bytes(recipe, "first");
        assertThat(bytes(recipe, "second")).isEqualTo(first);
        assertThat(bytes(recipe.withSeed(8), "third")).isNotEqualTo(first);
    }

    private byte[] bytes(SaeRecipe recipe, String name) throws IOException {
        SaeTraining.Trained trained =
                new SaeTraining(ROWS, recipe, null, 20, "test").run("m", "h", report -> {});
        SaeLens.write(folder.resolve(name), trained.spec(), trained.weights());
        return Files.readAllBytes(folder.resolve(name).resolve("sae_weights.safetensors"));
    }

    @Test
    void stoppedRunGoesOnToTheSameBytes() {
        SaeRecipe recipe = recipe(Kind.BATCH_TOPK, 60);
        float[] whole = decoder(recipe, folder.resolve("whole"), 10_000);
        Path stopped = folder.resolve("stopped");
        assertThatThrownBy(() -> decoder(recipe, stopped, 50)).hasMessage("stop");
        List<StepReport> rest = new ArrayList<>();
        SaeTraining.Trained resumed =
                new SaeTraining(ROWS, recipe, stopped, 20, "test").run("m", "h", rest::add);
        assertThat(rest).hasSize(20);
        assertThat(resumed.weights().decoder()).isEqualTo(whole);
    }

    private static float[] decoder(SaeRecipe recipe, Path checkpoint, int stop) {
        return new SaeTraining(ROWS, recipe, checkpoint, 20, "test")
                .run(
                        "m",
                        "h",
                        report -> {
                            if (report.step() == stop) {
                                throw new IllegalStateException("stop");
                            }
                        })
                .weights()
                .decoder();
    }

    @Test
    void refusesACheckpointOfAnotherRun() {
        Path file = folder.resolve("run");
        decoder(recipe(Kind.TOPK, 3), file, 10);
        assertThatThrownBy(() -> decoder(recipe(Kind.TOPK, 4), file, 10))
                .hasMessageContaining("checkpoint run belongs to the run")
                .hasMessageContaining("remove it to start anew");
    }

    @Test
    void deadLatentsLearnFromTheErrorThatTheOthersLeave() {
        int untouched = unchangedLatents(few(0, 3));
        assertThat(untouched).isGreaterThan(200);
        assertThat(unchangedLatents(few(1.0 / 32, 3))).isLessThan(untouched - 40);
        List<StepReport> reports = new ArrayList<>();
        new SaeTraining(ROWS, few(1.0 / 32, 60), null, 20, "test").run("m", "h", reports::add);
        StepReport last = reports.getLast();
        assertThat(last.dead()).isPositive();
        // What they make of the error leaves less of it.
        assertThat(32 * (last.loss() - last.mse())).isLessThan(0.9 * last.mse());
    }

    /// So few latents fire that most of them never do.
    private static SaeRecipe few(double deadWeight, int steps) {
        return new SaeRecipe(
                Kind.TOPK,
                256,
                1,
                steps,
                8,
                4e-3,
                0,
                0,
                1,
                deadWeight,
                0.1,
                0.05,
                Normalization.STANDARD,
                7);
    }

    private static int unchangedLatents(SaeRecipe recipe) {
        float[] trained =
                new SaeTraining(ROWS, recipe, null, 20, "test")
                        .run("m", "h", report -> {})
                        .weights()
                        .encoder();
        int unchanged = 0;
        try (TrainingState fresh = TrainingState.fresh(recipe, D)) {
            float[] before = fresh.trainedWeights().encoder();
            for (int latent = 0; latent < recipe.latents(); latent++) {
                unchanged += trained[latent] == before[latent] ? 1 : 0;
            }
        }
        return unchanged;
    }

    @Test
    void leavesNoTensorOpen() {
        long before = Tensor.liveCount();
        decoder(recipe(Kind.JUMP_RELU, 2), folder.resolve("c"), 10);
        assertThat(Tensor.liveCount()).isEqualTo(before);
    }

    @Test
    void refusesRecipesThatCannotTrain() {
        assertThatThrownBy(() -> SaeRecipe.of(Kind.TOPK, 8, 9, 1, 1, 1e-3, 1))
                .hasMessageContaining("8 latents, k 9");
        assertThatThrownBy(() -> SaeRecipe.of(Kind.TOPK, 8, 2, 1, 1, Double.NaN, 1))
                .hasMessageContaining("rate NaN");
    }
}
