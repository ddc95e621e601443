package dev.stethos.serving.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.RandomModel;
import dev.stethos.hub.FakeHub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSourceTest {
    @TempDir Path dir;

    @Test
    void loadsAModelOfTheHubAsItsFolderWouldLoad() throws IOException {
        Path original = RandomModel.write(dir.resolve("original"), 2);
        Path cache = dir.resolve("cache");
        List<String> said = Collections.synchronizedList(new ArrayList<>());
        try (FakeHub hub = new FakeHub().withFolder(original);
                Gemma3Model expected = Gemma3Model.load(original, cache, ComputeType.AUTO);
                Gemma3Model model =
                        Gemma3Model.load(
                                ModelSource.folder(FakeHub.MODEL, cache, said::add, hub::settings),
                                cache,
                                ComputeType.AUTO)) {
            assertThat(model.base().id()).isEqualTo(expected.base().id());
            assertThat(model.config()).isEqualTo(expected.config());
            assertThat(model.base().tensor("model.layers.1.mlp.down_proj.weight").toFloats())
                    .isEqualTo(
                            expected.base()
                                    .tensor("model.layers.1.mlp.down_proj.weight")
                                    .toFloats());
            assertThat(said).anyMatch(line -> line.startsWith("downloading " + FakeHub.MODEL));
        }
    }

    @Test
    void servesAHubModelUnderItsName() {
        assertThat(ModelSource.name(FakeHub.MODEL + "@v2")).isEqualTo("gemma-3-4b-it");
        assertThat(ModelSource.name("embedded")).isEqualTo("tiny-gemma-3");
        assertThat(ModelSource.name("/models/My Gemma/")).isEqualTo("My-Gemma");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf://gemma", "https://huggingface.co/google/gemma", "/nowhere"})
    void refusesWhatNamesNoModel(String model) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ModelSource.folder(
                                model,
                                dir,
                                line -> {},
                                () -> {
                                    throw new AssertionError("the hub was asked");
                                }))
                .withMessageContaining("model: '" + model + "'")
                .withMessageContaining("allowed is ")
                .withMessageContaining("hf://owner/name");
    }
}
