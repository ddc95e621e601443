package dev.stethos.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import dev.stethos.lab.projection.DecoderDirections;
import dev.stethos.lab.projection.DirectionsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabProjectCommandTest {
    @TempDir private Path folder;

    @BeforeEach
    void writeDirections() {
        DirectionsFile.write(
                folder.resolve("directions.safetensors"), List.of(random(6), random(8)));
    }

    private static DecoderDirections random(int layer) {
        Random random = new Random(layer);
        float[][] rows = new float[16][128];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return new DecoderDirections(layer, rows);
    }

    private Commands project(String name, String... source) {
        String[] all = new String[source.length + 6];
        all[0] = "lab";
        all[1] = "project";
        all[2] = "--base=embedded";
        all[3] = "--directions=" + folder.resolve("directions.safetensors");
        all[4] = "--output=" + folder.resolve("store");
        all[5] = "--name=" + name;
        System.arraycopy(source, 0, all, 6, source.length);
        return Commands.stethos(all);
    }

    @Test
    void projectsAProfileAndPrintsWhatItKept() {
        Commands run = project("cut", "--profile=number-theory", "--profiles=edit-profiles");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("profile cut: 14 tensors of layers [6, 8]")
                .containsPattern("layer 6 mlp\\.down_proj +16/128 +0\\.\\d+ +0\\.1250")
                .containsPattern("total +16/128 +0\\.1\\d+ +0\\.1250");
        assertThat(folder.resolve("store/cut/profile.yaml"))
                .content()
                .contains(
                        "command: \"./stethos lab project --base tiny-gemma-3 --profile"
                                + " number-theory --directions directions.safetensors --seed 1 --name"
                                + " cut\"");
    }

    /// The shipped profile's deltas are the tuned model's minus the base's.
    @Test
    void twoCheckpointsGiveWhatTheirProfileGives() {
        Commands first = project("a", "--profile=number-theory", "--profiles=edit-profiles");
        Commands second = project("b", "--tuned=src/main/resources/tiny/tuned");
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(first.exitCode()).isZero();
        assertThat(folder.resolve("store/a/deltas.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("store/b/deltas.safetensors"));
    }

    @Test
    void refusesAProfileAndATunedModelAtOnce() {
        Commands run = project("x", "--profile=number-theory", "--tuned=tuned");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--profile", "--tuned", "mutually exclusive");
    }
}
