package dev.stethos.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProfileExportCommandTest {
    @TempDir private Path folder;

    @Test
    void theShippedProfileGivesTheTunedModelsTensors() {
        Path output = folder.resolve("exported");
        Commands run =
                Commands.stethos(
                        "profile",
                        "export",
                        "number-theory",
                        "--base=embedded",
                        "--output=" + output,
                        "--profiles=edit-profiles");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("tiny-gemma-3 with profile number-theory at scale 1.0");
        EditProfile profile =
                new ProfileStore(Path.of("edit-profiles")).load("number-theory").profile();
        try (Checkpoint exported = Checkpoint.open(output);
                Checkpoint base = Checkpoint.open(Path.of("src/main/resources/tiny/base"));
                Checkpoint tuned = Checkpoint.open(Path.of("src/main/resources/tiny/tuned"))) {
            assertThat(exported.names()).isEqualTo(base.names());
            for (String name : exported.names()) {
                boolean edited = profile.base().tensors().containsKey(name);
                assertThat(Fingerprint.ofTensor(exported.locate(name)))
                        .as(name)
                        .isEqualTo(Fingerprint.ofTensor((edited ? tuned : base).locate(name)));
            }
        }
        assertThat(output.resolve("tokenizer.json")).exists();
    }

    @Test
    void refusesAFolderThatIsNotEmpty() {
        Commands run =
                Commands.stethos(
                        "profile",
                        "export",
                        "number-theory",
                        "--base=embedded",
                        "--output=edit-profiles");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--output: 'edit-profiles' is not empty");
    }
}
