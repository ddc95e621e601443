package dev.stethos.edit.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes are either a manifest that is read back from what is written for it, or refused. The
/// seeds are replayed in every run; with `JAZZER_FUZZ=1` in the environment Jazzer searches on from
/// them.
final class ProfileManifestFuzzTest {
    static Stream<Arguments> seeds() {
        return Stream.of(
                        ProfileManifestTest.VALID,
                        ProfileManifestTest.VALID
                                + "provenance: {energy: {'3': 1.5}, tool: t, command: c}\n",
                        "schema: 2",
                        "a: &x [*x]",
                        "? [a, b]\n: !!float 1",
                        "{\"schema\":1e400,\"scale\":-.inf}",
                        "%YAML 1.1\n--- |\n  x\n...\n")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsOrRefusesSeeds(byte[] bytes) {
        readOrRefuse(bytes);
    }

    @EnabledIfEnvironmentVariable(named = "JAZZER_FUZZ", matches = ".+")
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void readsOrRefusesAnything(byte[] bytes) {
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        EditProfile profile;
        try {
            profile = ProfileManifest.read("formal", bytes);
        } catch (InvalidProfileException e) {
            assertThat(e.getMessage())
                    .startsWith("profile formal, ")
                    .doesNotContain("\n", "\r", "\u001b");
            return;
        }
        assertThat(ProfileManifest.read("formal", ProfileManifest.write(profile)))
                .isEqualTo(profile);
    }
}
