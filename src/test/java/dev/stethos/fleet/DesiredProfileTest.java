package dev.stethos.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a ConfigMap may ask for.
class DesiredProfileTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    @Test
    void readsAProfileAndTheBase() {
        assertThat(
                        DesiredProfile.of(
                                Map.of("profile", "proofs\n", "sha256", HASH, "version", "v1")))
                .isEqualTo(new DesiredProfile("proofs", HASH, "v1"));
        assertThat(DesiredProfile.of(Map.of("profile", "base", "version", "2")))
                .isEqualTo(new DesiredProfile("base", null, "2"));
    }

    @Test
    void refusesWhatCannotBeVerified() {
        refused(Map.of(), "profile");
        refused(Map.of("profile", "proofs", "version", "v1"), "sha256: nothing");
        refused(Map.of("profile", "proofs", "sha256", "abc", "version", "v1"), "64 hexadecimal");
        refused(Map.of("profile", "proofs", "sha256", HASH), "version");
        refused(Map.of("profile", "proofs", "sha256", HASH, "version", "a b"), "'a b'");
        refused(Map.of("profile", "../x", "sha256", HASH, "version", "v1"), "../x");
        refused(Map.of("profile", "base", "sha256", HASH, "version", "v1"), "base has none");
        refused(Map.of("profile", "base", "version", "v1", "scale", "2"), "scale was given");
    }

    private static void refused(Map<String, String> data, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DesiredProfile.of(data))
                .withMessageContaining(reason);
    }
}
