package dev.stethos.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.DirectionsFile;
import dev.stethos.lab.sae.Normalization;
import dev.stethos.lab.sae.Rule;
import dev.stethos.lab.sae.SaeLens;
import dev.stethos.lab.sae.SaeSpec;
import dev.stethos.lab.sae.SaeWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LabDiagnoseCommandTest {
    private static final int WIDTH = 128;
    private static final int LATENTS = 192;

    @TempDir private Path folder;

    @BeforeEach
    void writeSaes() {
        for (int layer : new int[] {2, 7, 11}) {
            Random random = new Random(layer);
            float[] encoder = new float[WIDTH * LATENTS];
            float[] decoder = new float[LATENTS * WIDTH];
            for (int latent = 0; latent < LATENTS; latent++) {
                for (int i = 0; i < WIDTH; i++) {
                    float value = (float) (random.nextGaussian() / Math.sqrt(WIDTH));
                    encoder[i * LATENTS + latent] = value;
                    decoder[latent * WIDTH + i] = value;
                }
            }
            SaeLens.write(
                    folder.resolve("saes/layer-" + layer),
                    new SaeSpec(
                            WIDTH,
                            LATENTS,
                            WIDTH,
                            new Rule.TopK(8, false),
                            true,
                            Normalization.NONE,
                            "tiny-gemma-3",
                            "blocks." + layer + ".hook_resid_post"),
                    SaeWeights.plain(encoder, new float[LATENTS], decoder, new float[WIDTH], null));
        }
    }

    private Commands diagnose(String name, String... more) {
        String[] all = new String[more.length + 9];
        all[0] = "lab";
        all[1] = "diagnose";
        all[2] = "--saes=" + folder.resolve("saes");
        all[3] = "--documents=2";
        all[4] = "--permutations=5";
        all[5] = "--splits=2";
        all[6] = "--top=2";
        all[7] = "--output=" + folder.resolve(name + ".json");
        all[8] = "--svg=" + folder.resolve(name + ".svg");
        System.arraycopy(more, 0, all, 9, more.length);
        return Commands.stethos(all);
    }

    @Test
    void scoresLayersTwiceTheSameAndFeedsBuildAndProject() throws IOException {
        String directions = "--directions=" + folder.resolve("directions.safetensors");
        Commands run =
                diagnose("one", "--tuned=embedded", directions, "--latents=5", "--choose-by=D");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("14 math documents of 7 subjects, 14 of control text")
                .containsPattern("layer +A +z +B +z +C +z +C' +z +D +z +loss drop  delta norm")
                .containsPattern("z of D by layer; chosen: \\[\\d+, \\d+]");
        assertThat(diagnose("two", "--tuned=embedded", "--choose-by=D").exitCode()).isZero();
        for (String type : new String[] {"json", "svg"}) {
            assertThat(folder.resolve("one." + type))
                    .hasSameBinaryContentAs(folder.resolve("two." + type));
        }
        assertThat(DirectionsFile.read(folder.resolve("directions.safetensors")))
                .extracting(DecoderDirections::layer)
                .containsExactly(2, 7, 11);
        assertThat(folder.resolve("one.svg")).content().contains("<svg", "</svg>", "loss drop");
        Commands build =
                Commands.stethos(
                        "profile",
                        "build",
                        "--base=embedded",
                        "--tuned=src/main/resources/tiny/tuned",
                        "--layers=auto",
                        "--diagnosis=" + folder.resolve("one.json"),
                        "--name=diagnosed",
                        "--output=" + folder.resolve("store"));
        assertThat(build.exitCode()).as(build.err()).isZero();
        assertThat(folder.resolve("store/diagnosed/profile.yaml"))
                .content()
                .contains("formula: \"D: with one layer's delta", "SAE layer-2", "diagnosis:");
    }

    @Test
    void needsNoTunedModel() {
        Commands run = diagnose("plain", "--above=-100");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("chosen: [2, 7, 11]").doesNotContain("delta norm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"D", "loss"})
    void refusesWhatNeedsATunedModelWithoutOne(String by) {
        Commands run = diagnose("x", "--choose-by=" + by);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("--choose-by: '" + by + "' was given", "D and loss need --tuned");
        assertThat(Files.exists(folder.resolve("x.json"))).isFalse();
    }

    @Test
    void refusesTwoSaesOfALayer() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("saes/other"));
        for (String file : new String[] {"cfg.json", "sae_weights.safetensors"}) {
            Files.copy(folder.resolve("saes/layer-2").resolve(file), copy.resolve(file));
        }
        Commands run = diagnose("x");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("layer-2 and other are both of layer 2");
    }

    @Test
    void refusesMemoryThatOneLayerDoesNotFitIn() throws IOException {
        Commands run = diagnose("x", "--memory=300MB");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .containsPattern("memory of 300 MB, one layer at a time takes about \\d+ MB");
        assertThat(Files.exists(folder.resolve("x.json"))).isFalse();
        assertThat(diagnose("x", "--memory=4").err())
                .contains("memory '4', allowed is a number and MB or GB, like 4GB");
    }
}
