package dev.stethos.lab.metasae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.activations.TokenRows;
import dev.stethos.lab.metasae.JointRecipe.Preset;
import dev.stethos.lab.sae.SaeRecipe;
import dev.stethos.lab.sae.SaeRecipe.Kind;
import dev.stethos.lab.sae.SaeTraining;
import dev.stethos.lab.sae.StepReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JointTrainingTest {
    private static final int D = 16;
    private static final Consumer<StepReport> QUIET = report -> {};
    private static final SaeRecipe PRIMARY =
            SaeRecipe.of(Kind.BATCH_TOPK, 64, 4, 200, 64, 3e-3, 3);

    @TempDir private Path folder;
    private final TokenRows rows = rows();

    private static TokenRows rows() {
        Random random = new Random(2);
        float[] values = new float[2000 * D];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.pow(random.nextGaussian(), 3);
        }
        return TokenRows.of(List.of(new Activations(D, values)));
    }

    @Test
    void withoutWeightThePrimaryIsTheSoloSaeBitForBit() {
        JointRecipe recipe = Preset.PAPER.of(PRIMARY).with(0, 1);
        float[] joint =
                new JointTraining(rows, recipe, null, 50, "t")
                        .run("m", "h", QUIET)
                        .primary()
                        .weights()
                        .decoder();
        assertThat(joint).isEqualTo(solo());
    }

    private float[] solo() {
        return new SaeTraining(rows, PRIMARY, null, 50, "t")
                .run("m", "h", QUIET)
                .weights()
                .decoder();
    }

    @Test
    void penaltyDrivesTheDecoderAwayFromItsMetaReconstruction() {
        List<StepReport> light = reports(1e-9);
        List<StepReport> heavy = reports(30);
        assertThat(heavy.getLast().penalty()).isLessThan(0.9 * light.getLast().penalty());
        assertThat(heavy.getLast().penalty()).isBetween(0.1, 1.0);
    }

    private List<StepReport> reports(double weight) {
        List<StepReport> reports = new ArrayList<>();
        new JointTraining(rows, Preset.PAPER.of(PRIMARY).with(weight, 1), null, 50, "t")
                .run("m", "h", reports::add);
        return reports;
    }

    @Test
    void stoppedRunGoesOnToTheSameBytes() {
        JointRecipe recipe = Preset.PAPER.of(PRIMARY);
        JointTraining.Joint whole =
                new JointTraining(rows, recipe, null, 50, "t").run("m", "h", QUIET);
        Path file = folder.resolve("checkpoint");
        assertThatThrownBy(
                        () ->
                                new JointTraining(rows, recipe, file, 50, "t")
                                        .run(
                                                "m",
                                                "h",
                                                report -> {
                                                    if (report.step() == 170) {
                                                        throw new IllegalStateException("stop");
                                                    }
                                                }))
                .hasMessage("stop");
        List<StepReport> rest = new ArrayList<>();
        JointTraining.Joint resumed =
                new JointTraining(rows, recipe, file, 50, "t").run("m", "h", rest::add);
        assertThat(rest).hasSizeLessThan(100);
        assertThat(resumed.primary().weights().decoder())
                .isEqualTo(whole.primary().weights().decoder());
        assertThat(resumed.meta().weights().encoder()).isEqualTo(whole.meta().weights().encoder());
    }

    @Test
    void presetsKeepThePapersShares() {
        JointRecipe paper =
                Preset.PAPER.of(SaeRecipe.of(Kind.BATCH_TOPK, 20480, 64, 1000, 1, 3e-4, 49));
        assertThat(paper.metaLatents()).isEqualTo(1800);
        assertThat(paper.metaK()).isEqualTo(8);
        assertThat(paper.meta().steps()).isEqualTo(500);
        JointRecipe repository = Preset.REPOSITORY.of(paper.primary());
        assertThat(repository.metaK()).isEqualTo(4);
        assertThat(repository.meta().steps()).isEqualTo(100);
        assertThat(repository.weight()).isEqualTo(0.3);
    }
}
