package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

    @Test
    void helpNamesEveryOption() {
        Commands help = Commands.run(new BenchCommand(Commands.NO_MODEL), "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains(
                        "--profile=", "--profiles", "--batches", "--tokens", "--seconds", "--json");
    }

    @Test
    void refusesAFileItCannotWriteBeforeTheWorkBegins(@TempDir Path folder) {
        Commands run =
                Commands.run(
                        new BenchCommand(Commands.NO_MODEL),
                        "--json=" + folder.resolve("missing").resolve("bench.json"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--json: ").contains("an existing folder");
    }

    @Test
    void refusesWhatIsNoNumber() {
        Commands run = Commands.run(new BenchCommand(Commands.NO_MODEL), "--batches=1,many");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--batches").contains("many");
    }
}
