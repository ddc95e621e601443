package dev.stethos.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.DirectionsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabExperimentCommandTest {
    @TempDir private Path folder;

    @Test
    void comparesArmsOnValidationItems() throws IOException {
        Path diagnosis = folder.resolve("diagnosis.json");
        Files.writeString(
                diagnosis,
                "{\"candidates\": {\"A\": {\"layers\": {\"3\": {\"z\": 1.5}, \"8\": {\"z\": 4}}}}, \"controls\": {\"depth\": {\"3\": 3, \"8\": 8}}}");
        Path directions = folder.resolve("directions.safetensors");
        List<DecoderDirections> all = new ArrayList<>();
        for (int layer : new int[] {3, 8}) {
            float[][] rows = new float[4][128];
            Random random = new Random(layer);
            for (float[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = (float) random.nextGaussian();
                }
            }
            all.add(new DecoderDirections(layer, rows));
        }
        DirectionsFile.write(directions, all);
        Commands run =
                Commands.stethos(
                        "lab",
                        "experiment",
                        "--diagnosis=" + diagnosis,
                        "--directions=" + directions,
                        "--ranks=4",
                        "--layers=1",
                        "--random-sets=1",
                        "--limit=2",
                        "--others=1",
                        "--target=number_theory,algebra",
                        "--output=" + folder.resolve("report.json"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("validation items, target number_theory", "target algebra")
                .contains("base, unworked answer forbidden", "raw, all layers")
                .contains("raw, top 1 by A", "raw, bottom 1 by A", "raw, random 1, draw 1")
                .containsPattern("projected, k = 4 +3,8 .*0\\.\\d\\d/0\\.03")
                .containsPattern("hybrid, layers \\[8], k = 4 +8 ")
                .contains("here raw, top 1 by A: number_theory improves significantly");
        assertThat(run.err()).contains("9/9 hybrid", "9 arms on 8 items and 14 documents each");
        assertThat(folder.resolve("report.json")).content().contains("\"family\" : \"HYBRID\"");
    }

    /// From nothing but the shipped files; also how many layers and which scale are chosen.
    @Test
    void makesItsOwnDiagnosisWhenItIsGivenNone() throws IOException {
        Path work = folder.resolve("work");
        Path picture = folder.resolve("picture.svg");
        Commands run =
                Commands.stethos(
                        "lab",
                        "experiment",
                        "--sae-steps=3",
                        "--documents=2",
                        "--permutations=2",
                        "--work=" + work,
                        "--ranks=2",
                        "--layers=1",
                        "--scales=1,2",
                        "--random-sets=1",
                        "--limit=1",
                        "--picture=" + picture,
                        "--output=" + folder.resolve("report.json"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("SAE of layer 11, step 3", "score D, layer 11", "10/10 raw, top 1 by D")
                .containsPattern("\\d+ arms on 7 items and 7 documents each");
        assertThat(run.out())
                .containsPattern("embedding and final norm only .* \\+0\\.0 ")
                .containsPattern("raw, top 1 by loss drop")
                .containsPattern(
                        "sets of 1 layers at scale [12]\\.0, score [ABCD]'?: of 10 choices the best");
        assertThat(work.resolve("diagnosis.json")).isNotEmptyFile();
        assertThat(work.resolve("saes/layer-11/cfg.json")).isNotEmptyFile();
        assertThat(picture).content().contains("<svg", "embedding and final norm only");
        assertThat(folder.resolve("report.json")).content().contains("\"percentiles\"");
    }

    @Test
    void refusesOtherItems() {
        Commands run = Commands.stethos("lab", "experiment", "--items=train");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--items: 'train' was given, allowed are");
    }
}
