package dev.stethos.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    @TempDir private Path dir;

    private static Keys keys(SecurityConfig config, @Nullable String adminKey, String host) {
        return new Keys(config, adminKey, host, InstantSource.system(), TimeMeter.SYSTEM_NANOTIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.8.8.8"})
    void withoutAKeyThisMachineIsServed(String host) {
        assertThat(keys(Settings.NOTHING, null, host).areNeeded()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void withoutAKeyNoOtherMachineIsServed(String host) throws IOException {
        assertThatThrownBy(() -> keys(Settings.NOTHING, null, host))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining(host)
                .hasMessageContaining("stethos.security.keys")
                .hasMessageContaining("stethos.security.open");
        assertThat(keys(new Settings(Optional.empty(), true), null, host).areNeeded()).isFalse();
        assertThat(keys(Settings.NOTHING, "secret", host).areNeeded()).isTrue();
        Path none = Files.writeString(dir.resolve("keys.yaml"), "[]");
        Keys nobody = keys(Settings.file(none), null, host);
        assertThat(nobody.areNeeded()).isTrue();
        nobody.close();
    }

    @Test
    void aKeysFileThatIsWrongAtTheStartIsRefused() throws IOException {
        Path file = Files.writeString(dir.resolve("keys.yaml"), "- 1");
        assertThatThrownBy(() -> keys(Settings.file(file), null, "127.0.0.1"))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("key 1");
        assertThatThrownBy(() -> keys(Settings.file(dir.resolve("none")), null, "127.0.0.1"))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("none");
    }
}
