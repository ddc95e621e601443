package dev.stethos.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.options.ServingOptions;
import dev.stethos.weights.Fingerprint;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real model takes the desired profile over, or keeps what it has.
class ServedProfileApplierTest {
    private static final String PROFILE = "number-theory";
    private static final Path PROFILES = Path.of("edit-profiles");

    @TempDir private Path state;

    @Test
    void swapsOnlyToTheBytesThatAreDesired() {
        String hash = Fingerprint.ofFile(PROFILES.resolve(PROFILE).resolve("profile.yaml"));
        ServingOptions options =
                new ServingOptions(
                        "embedded",
                        null,
                        "base",
                        List.of(),
                        PROFILES,
                        Path.of("target/test-cache"),
                        state,
                        Long.MAX_VALUE,
                        ComputeType.AUTO,
                        new EngineOptions(2, 64, 32, 2));
        try (ServedModel model =
                ServedModel.open(options, new SimpleMeterRegistry(), stage -> {})) {
            ProfileApplier applier = new ServedProfileApplier(model, new ProfileStore(PROFILES));
            DesiredProfile base = new DesiredProfile("base", null, "v1");
            DesiredProfile other = new DesiredProfile(PROFILE, "0".repeat(64), "v2");
            DesiredProfile wanted = new DesiredProfile(PROFILE, hash, "v3");
            String before = model.active().revision();
            assertThat(applier.isActive(base)).isTrue();
            assertThatThrownBy(() -> applier.apply(other))
                    .isInstanceOf(UnexpectedProfileException.class)
                    .hasMessageContaining(hash);
            assertThat(model.active().revision()).isEqualTo(before);
            assertThat(applier.isActive(wanted)).isFalse();
            assertThat(applier.apply(wanted).profile()).isEqualTo(PROFILE);
            assertThat(applier.isActive(wanted)).isTrue();
            assertThat(model.profiles().history().getFirst().actor()).isEqualTo("fleet v3");
            assertThat(applier.apply(base).revision()).isEqualTo(before);
        }
    }
}
