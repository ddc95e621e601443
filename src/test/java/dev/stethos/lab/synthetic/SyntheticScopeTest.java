package dev.stethos.lab.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.lab.activations.Activations;
import dev.stethos.lab.diagnosis.SaeEncoder;
import dev.stethos.lab.sae.Rule;
import dev.stethos.lab.sae.Sae;
import dev.stethos.lab.sae.SaeFolder;
import dev.stethos.weights.DType;
import dev.stethos.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticScopeTest {
    private static final int INPUTS = 64;
    private static final int LATENTS = 2048;
    private static final SyntheticScope SCOPE =
            new SyntheticScope("gemma-3-4b-it", INPUTS, LATENTS, 60, 1);

    @TempDir private Path folder;

    @Test
    void hasThePublishedNamesTypesAndShapes() throws IOException {
        Path written = SCOPE.write(folder, 17, 1);
        assertThat(folder.relativize(written))
                .isEqualTo(Path.of("resid_post/layer_17_width_2k_l0_medium"));
        try (SafetensorsFile file = SafetensorsFile.open(written.resolve("params.safetensors"))) {
            assertThat(file.tensors()).allMatch(tensor -> tensor.dtype() == DType.F32);
            assertThat(file.tensor("w_enc").shape()).containsExactly(64L, 2048L);
            assertThat(file.tensor("w_dec").shape()).containsExactly(2048L, 64L);
            assertThat(file.tensors()).hasSize(5);
        }
        assertThat(Files.readString(written.resolve("config.json")))
                .contains("\"model.layers.17.output\"", "\"jump_relu\"", "\"width\": 2048");
        try (Sae sae = SaeFolder.open(written)) {
            assertThat(sae.spec()).isEqualTo(SaeFolder.spec(written));
            assertThat(sae.spec().rule()).isEqualTo(new Rule.JumpRelu());
            float[] decoder = sae.weights().decoder();
            assertThat(sae.direction(3)).hasSize(INPUTS);
            for (int i = 0; i < INPUTS; i++) {
                assertThat(sae.direction(3)[i]).isEqualTo(decoder[3 * INPUTS + i]);
                assertThat(sae.weights().encoder()[i * LATENTS + 3])
                        .isEqualTo(decoder[3 * INPUTS + i]);
            }
        }
    }

    @Test
    void asManyLatentsFireAsShould() {
        Random random = new Random(3);
        float[] values = new float[200 * INPUTS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (5 * random.nextGaussian());
        }
        int fired = 0;
        try (Sae sae = SaeFolder.open(SCOPE.write(folder, 0, 5))) {
            for (float latent : sae.encode(new Activations(INPUTS, values)).values()) {
                fired += latent > 0 ? 1 : 0;
            }
        }
        assertThat(fired / 200.0).isBetween(50.0, 70.0);
    }

    @Test
    void givesTheSameBytesAndOtherLayersOtherOnes() {
        Path first = SCOPE.write(folder.resolve("a"), 2, 1).resolve("params.safetensors");
        assertThat(SCOPE.write(folder.resolve("b"), 2, 1).resolve("params.safetensors"))
                .hasSameBinaryContentAs(first);
        assertThat(SaeEncoder.all(folder.resolve("a/resid_post")).keySet()).containsExactly(2);
        Path _ = SCOPE.write(folder.resolve("c"), 3, 1);
        assertThat(only(folder.resolve("c/resid_post"), "*").sha256())
                .isNotEqualTo(only(folder.resolve("a/resid_post"), "*").sha256());
    }

    /// As a download of several widths lies on disk, with the texts that come with it.
    @Test
    void widthsBesideEachOtherAreChosenByName() throws IOException {
        Path small = SCOPE.write(folder, 9, 1);
        Path _ = new SyntheticScope("m", INPUTS, 1024, 90, 1).write(folder, 9, 1);
        Path all = folder.resolve("resid_post");
        String hash = only(all, "layer_*_width_2k_l0_*").sha256();
        Path _ = Files.writeString(small.resolve("examples.safetensors"), "any");
        assertThat(only(all, "*_2k_*").sha256()).isEqualTo(hash);
        assertThat(only(all, "*_1k_l0_big").width()).isEqualTo(1024);
        assertThatThrownBy(() -> SaeEncoder.all(all))
                .hasMessageContaining("both of layer 9, allowed is one a layer; --match chooses");
        assertThatThrownBy(() -> SaeEncoder.all(all, "*_262k_*"))
                .hasMessageContaining("holds none named *_262k_*");
    }

    private static SaeEncoder only(Path folder, String glob) {
        return SaeEncoder.all(folder, glob).values().iterator().next();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new SyntheticScope("m", 64, 100, 51, 1))
                .hasMessageContaining("100 latents of which 51 fire");
        assertThatThrownBy(() -> SCOPE.write(folder, 0, Double.NaN))
                .hasMessageContaining("layer 0: activations of size NaN");
    }
}
