package dev.stethos.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The commands that look at profiles, on the one that ships.
final class ProfileCommandTest {
    private static final String SHIPPED = "number-theory";

    @TempDir private Path folder;

    @BeforeEach
    void copyShipped() throws IOException {
        for (String name : new String[] {SHIPPED, "other"}) {
            Path copy = Files.createDirectories(folder.resolve(name));
            for (String file : new String[] {"profile.yaml", "deltas.safetensors"}) {
                Files.copy(Path.of("edit-profiles", SHIPPED, file), copy.resolve(file));
            }
        }
        edit("other", "name: \"number-theory\"", "name: \"other\"");
    }

    private void edit(String profile, String text, String instead) throws IOException {
        Path manifest = folder.resolve(profile).resolve("profile.yaml");
        String before = Files.readString(manifest);
        assertThat(before).contains(text);
        Files.writeString(manifest, before.replace(text, instead));
    }

    private Commands profile(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "profile";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--profiles";
        all[all.length - 1] = folder.toString();
        return Commands.stethos(all);
    }

    @Test
    void listsProfilesAndTheReasonsOfThoseRefused() throws IOException {
        edit("other", "schema: 1", "schema: 7");
        Commands run = profile("list");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("number-theory", "tiny-gemma-3")
                .contains("refused: profile other, profile.yaml: /schema: 7");
    }

    @Test
    void inspectShowsNormsEnergyAndProvenance() {
        Commands run = profile("inspect", SHIPPED, "--tensors");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("base        tiny-gemma-3, checkpoint ")
                .contains("chosen by   the drop of the solutions' cross-entropy")
                .contains(
                        "made by     ./stethos profile build --base tiny-gemma-3 --tuned embedded")
                .containsPattern("(?m)^[0-9]+ +[0-9.]+ +[0-9.]+ %  #{40}$")
                .containsPattern("mlp\\.up_proj +[0-9.]+ +[0-9.]+ %")
                .containsPattern(
                        "model\\.layers\\.[0-9]+\\.self_attn\\.q_norm\\.weight +\\[[0-9]+] +F32");
    }

    @Test
    void inspectTakesAFolderToo() {
        Commands run = Commands.stethos("profile", "inspect", folder.resolve("other").toString());
        assertThat(run.out()).contains("profile     other");
    }

    @Test
    void diffOfEqualDeltasSaysSo() {
        Commands run = profile("diff", SHIPPED, "other");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("number-theory | other", "1.0 (both)", "add the same");
    }

    @Test
    void diffCountsTheScale() throws IOException {
        edit("other", "scale: 1.0", "scale: 0.5");
        Commands run = profile("diff", SHIPPED, "other", "--tensors");
        assertThat(run.out())
                .contains("1.0 | 0.5", "they differ")
                .containsPattern("all +[0-9.]+ +[0-9.]+ +50\\.00 % +1\\.0000");
    }

    @Test
    void verifySaysWhatHolds() {
        Commands run = profile("verify", SHIPPED, "--base", "embedded");
        assertThat(run.out())
                .containsPattern("[0-9]+ fit, are finite, not 0 and not unsafe at scale 1\\.0")
                .contains("the checkpoint that the profile was made for")
                .contains("the probe's logits are finite and differ from the base's")
                .contains("profile number-theory would be served");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void verifyProvesThatScaleZeroChangesNothing() throws IOException {
        edit("other", "scale: 1.0", "scale: 0");
        Commands run = profile("verify", "other", "--base", "embedded");
        assertThat(run.out()).contains("none, as it declares");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void verifyRefusesWhatAServerWould() throws IOException {
        edit("other", "scale: 1.0", "scale: 1000");
        Commands unsafe = profile("verify", "other", "--base", "embedded", "--no-effect");
        assertThat(unsafe.exitCode()).isEqualTo(2);
        assertThat(unsafe.err()).contains("profile other, tensor model.layers.").contains("norm");
        byte[] deltas = Files.readAllBytes(folder.resolve("other/deltas.safetensors"));
        deltas[deltas.length - 1] ^= 1;
        Files.write(folder.resolve("other/deltas.safetensors"), deltas);
        Commands changed = profile("verify", "other", "--base", "embedded", "--no-effect");
        assertThat(changed.exitCode()).isEqualTo(2);
        assertThat(changed.err()).contains("deltas.safetensors: sha256 ", "the manifest says ");
    }

    @Test
    void verifyRequiresTheSignatureOfAGivenKey() throws IOException {
        Path key = folder.resolve("key");
        assertThat(Commands.stethos("profile", "keygen", "--output=" + key).exitCode()).isZero();
        assertThat(Files.getPosixFilePermissions(key))
                .containsExactlyInAnyOrder(
                        PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(Commands.stethos("profile", "keygen", "--output=" + key).err())
                .contains("it or its .pub exists");
        String[] verify = {
            "verify", "other", "--base=embedded", "--no-effect", "--key=" + key + ".pub"
        };
        Commands unsigned = profile(verify);
        assertThat(unsigned.exitCode()).isEqualTo(2);
        assertThat(unsigned.err()).contains("profile other, profile.sig: missing");
        assertThat(profile("sign", "other", "--key=" + key).exitCode()).isZero();
        Commands signed = profile(verify);
        assertThat(signed.exitCode()).isZero();
        assertThat(signed.out()).contains("made by a trusted key");
        edit("other", "scale: 1.0", "scale: 0.5");
        Commands changed = profile(verify);
        assertThat(changed.exitCode()).isEqualTo(2);
        assertThat(changed.err()).contains("none of the 1 trusted keys made it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"inspect", "diff", "verify"})
    void refusesAProfileThatIsNotThere(String command) {
        Commands run =
                switch (command) {
                    case "diff" -> profile("diff", "nothing", SHIPPED);
                    case "verify" -> profile("verify", "nothing", "--base", "embedded");
                    default -> profile(command, "nothing");
                };
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("profile nothing: not found, there are [number-theory, other]");
    }

    @Test
    void namesItsCommands() {
        Commands run = Commands.stethos("profile");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("allowed are [").contains("inspect", "diff", "verify");
    }
}
