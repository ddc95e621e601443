package dev.stethos.edit.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.edit.Profiles;
import dev.stethos.edit.SmallModel;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileStoreTest {
    private static final String NORM = "model.norm.weight";

    @TempDir private Path folder;
    private Path profiles;
    private ProfileStore store;

    @BeforeEach
    void writeTwoProfiles() {
        profiles = folder.resolve("profiles");
        store = new ProfileStore(profiles);
        Path model =
                SmallModel.write(folder.resolve("base"), DType.BF16, SmallModel.weights(1, 0.5f));
        try (Checkpoint base = Checkpoint.open(model)) {
            Profiles.of(
                    profiles,
                    "formal",
                    base,
                    Profiles.dense(NORM, List.of(8L), 1, 0, 0, 0, 0, 0, 0, 0));
            Profiles.empty(profiles, "a-0_1.x", base);
        }
    }

    @Test
    void listsWhatIsValidAndWhyTheRestIsNot() throws IOException {
        Files.writeString(profiles.resolve("README.md"), "text");
        Files.createDirectories(profiles.resolve(".hidden"));
        Files.createDirectories(profiles.resolve("Formal"));
        Files.createDirectories(profiles.resolve("none"));
        Files.createDirectories(profiles.resolve("broken"));
        Files.writeString(profiles.resolve("broken/profile.yaml"), "a: 1");
        Files.delete(profiles.resolve("formal/deltas.safetensors"));

        ProfileStore.Listing listing = store.list();

        assertThat(listing.profiles())
                .extracting(found -> found.profile().name())
                .containsExactly("a-0_1.x");
        assertThat(listing.refused().keySet())
                .containsExactly("Formal", "broken", "formal", "none");
        assertThat(listing.refused().get("formal"))
                .hasMessage("profile formal: deltas.safetensors is missing");
        assertThat(listing.refused().get("none"))
                .hasMessage("profile none: profile.yaml is missing");
        assertThat(listing.refused().get("Formal")).hasMessageStartingWith("profile name 'Formal'");
        assertThat(listing.refused().get("broken")).hasMessageStartingWith("profile broken, ");
    }

    @Test
    void isEmptyWhenItsFolderIsMissing() {
        ProfileStore missing = new ProfileStore(folder.resolve("missing"));
        assertThat(missing.list().profiles()).isEmpty();
        assertThatThrownBy(() -> missing.load("x"))
                .hasMessage("profile x: not found, there are []");
    }

    @Test
    void namesWhatThereIsWhenAProfileIsUnknown() {
        assertThatThrownBy(() -> store.load("unknown"))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.PROFILE_NOT_FOUND))
                .hasMessage("profile unknown: not found, there are [a-0_1.x, formal]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../base",
                "/formal",
                "formal/",
                "formal/../formal",
                "a\\b",
                "%2e%2e",
                "formal\u0000",
                "formal\n",
                "Formal",
                "f\u043Ermal",
                "form\u0430l",
                "\uFF46ormal",
                "formal\u200B",
                "-formal",
                ".formal",
                "formal.",
                "base",
                "con",
                "nul.txt",
                "com1",
                "lpt9.a.b",
                "a23456789012345678901234567890123456789012345678901234567890123456"
            })
    void refusesNamesThatAreNotSafe(String name) {
        assertThatThrownBy(() -> store.load(name))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).hasToString("invalid_profile_name"))
                .hasMessageStartingWith("profile name '");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "console", "number-theory", "a..b", "v1.2_x"})
    void allowsPlainNames(String name) {
        assertThat(new ProfileName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"profile.yaml", "deltas.safetensors"})
    void refusesLinksThatLeaveTheStore(String file) throws IOException {
        Path outside = folder.resolve("outside");
        Files.move(profiles.resolve("formal").resolve(file), outside);
        Files.createSymbolicLink(profiles.resolve("formal").resolve(file), outside);
        assertThatThrownBy(() -> store.load("formal"))
                .hasMessage("profile formal: " + file + " is a link that leaves the profile store");
    }

    @Test
    void refusesAProfileFolderThatIsALinkOutOfTheStore() throws IOException {
        Path outside = folder.resolve("elsewhere/formal");
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.move(profiles.resolve("formal"), outside);
        Files.createSymbolicLink(profiles.resolve("formal"), outside);
        assertThatThrownBy(() -> store.load("formal"))
                .hasMessageContaining("is a link that leaves the profile store");
    }

    @Test
    void followsLinksWithinTheStore() throws IOException {
        Path inside = Files.createDirectories(profiles.resolve("..data"));
        Files.move(profiles.resolve("formal"), inside.resolve("formal"));
        Files.createSymbolicLink(profiles.resolve("formal"), Path.of("..data/formal"));
        assertThat(store.load("formal").profile().name()).isEqualTo("formal");
        assertThat(store.list().profiles()).hasSize(2);
    }

    @Test
    void refusesFilesWithASecondName() throws IOException {
        Files.createLink(folder.resolve("second"), profiles.resolve("formal/deltas.safetensors"));
        assertThatThrownBy(() -> store.load("formal"))
                .hasMessage(
                        "profile formal: deltas.safetensors has a second name (hard link), allowed is one");
    }

    @Test
    void refusesLinksThatGoInCircles() throws IOException {
        Path manifest = profiles.resolve("formal/profile.yaml");
        Files.delete(manifest);
        Files.createSymbolicLink(manifest, manifest);
        assertThatThrownBy(() -> store.load("formal"))
                .isInstanceOf(InvalidProfileException.class)
                .hasMessage("profile formal: cannot be read");
    }
}
