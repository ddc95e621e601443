package dev.stethos.cli.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stethos.cli.Commands;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileMergeCommandTest {
    @TempDir private Path store;

    private Commands merge(String... more) {
        String[] all = new String[more.length + 5];
        all[0] = "profile";
        all[1] = "merge";
        all[2] = "number-theory";
        all[3] = "--profiles=edit-profiles";
        all[4] = "--output=" + store;
        System.arraycopy(more, 0, all, 5, more.length);
        return Commands.stethos(all);
    }

    @Test
    void halfAndHalfOfAProfileIsThatProfile() {
        Commands run = merge("number-theory", "--weights=0.5,0.5", "--name=half");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(store.resolve("half/deltas.safetensors"))
                .hasSameBinaryContentAs(Path.of("edit-profiles/number-theory/deltas.safetensors"));
        assertThat(store.resolve("half/profile.yaml"))
                .content()
                .contains(
                        "command: \"./stethos profile merge number-theory number-theory --method sum --weights 0.5,0.5 --name half\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "--method=mean|--method: 'mean' was given, allowed are sum, ties and dare",
                "--density=0.5|--density: given with --method sum, allowed are ties and dare",
                "--seed=2|--seed: given with --method sum, allowed is dare",
                "--weights=1|1 weights were given for 2 profiles",
                "--weights=0,1|weight 0.0, allowed with sum are finite, non-zero numbers",
            })
    void refusesBadInput(String option, String message) {
        Commands run = merge("number-theory", option, "--name=x");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(store).isEmptyDirectory();
    }
}
