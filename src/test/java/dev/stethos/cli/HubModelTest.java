package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.stethos.hub.FakeHub;
import dev.stethos.hub.HubSettings;
import dev.stethos.hub.ModelHub;
import dev.stethos.hub.ModelReference;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HubModelTest {
    @Test
    void saysWithoutAStackWhyADownloadFailed(@TempDir Path cache) {
        HubSettings settings;
        try (FakeHub hub = new FakeHub()) {
            settings = hub.settings();
        }
        ModelHub closed = new ModelHub(settings, cache, line -> {});
        Throwable failure =
                catchThrowable(() -> closed.folder(ModelReference.parse(FakeHub.MODEL)));

        assertThat(BadInput.isBadInput(failure)).isFalse();
        assertThat(BadInput.message(failure)).startsWith(FakeHub.MODEL).contains("cannot connect");
    }

    @Test
    void countsARefusalOfTheHubAsBadInput(@TempDir Path cache) {
        try (FakeHub hub = new FakeHub()) {
            ModelHub model = new ModelHub(hub.settings(), cache, line -> {});
            Throwable failure =
                    catchThrowable(
                            () -> model.folder(ModelReference.parse(FakeHub.MODEL + "@other")));

            assertThat(BadInput.isBadInput(failure)).isTrue();
            assertThat(BadInput.message(failure)).contains("the hub has no model");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate --candidate=base", "bench"})
    void refusesABadReferenceWithExitCode2(String command) {
        StringWriter err = new StringWriter();
        CommandLine line = Stethos.commandLine().setErr(new PrintWriter(err));

        int exitCode = line.execute((command + " --model=hf://google/../gemma").split(" ", -1));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString())
                .contains("model: 'hf://google/../gemma' was given, allowed is hf://owner/name");
    }
}
