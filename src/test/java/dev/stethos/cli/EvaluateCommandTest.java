package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {

    @Test
    void helpNamesEveryOption() {
        Commands help = Commands.run(new EvaluateCommand(Commands.NO_MODEL), "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("--suite", "--data", "--baseline", "--candidate", "--subjects", "--limit")
                .contains("--ban-unworked", "--output", "--model", "--profiles")
                .contains("tiny-math");
    }

    @Test
    void needsACandidate() {
        Commands run = Commands.run(new EvaluateCommand(Commands.NO_MODEL));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--candidate");
    }

    @Test
    void refusesAnUnknownSuiteBeforeAModelIsOpened() {
        Commands run =
                Commands.run(
                        new EvaluateCommand(Commands.NO_MODEL),
                        "--suite=songs",
                        "--candidate=number-theory");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("suite: songs was given, allowed is tiny-math");
    }

    @Test
    void asksForTheDataOfASuiteThatBringsNone(@TempDir Path folder) throws IOException {
        Commands run =
                Commands.run(
                        new EvaluateCommand(Commands.NO_MODEL),
                        "--suite=minerva-math",
                        "--candidate=number-theory");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("suite minerva-math: --data is needed");
        Path data = Files.writeString(folder.resolve("math.jsonl"), "{\"problem\":\"p\"}\n");
        run =
                Commands.run(
                        new EvaluateCommand(Commands.NO_MODEL),
                        "--suite=minerva-math",
                        "--data=" + data,
                        "--candidate=number-theory");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("math.jsonl, line 1, field type: nothing was given");
    }

    @Test
    void refusesAnOutputItCannotWriteBeforeTheWorkBegins(@TempDir Path folder) {
        Commands run =
                Commands.run(
                        new EvaluateCommand(Commands.NO_MODEL),
                        "--candidate=number-theory",
                        "--output=" + folder.resolve("missing").resolve("report.json"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--output: ").contains("an existing folder");
        assertThat(
                        Commands.run(
                                        new EvaluateCommand(Commands.NO_MODEL),
                                        "--candidate=number-theory",
                                        "--output=" + folder)
                                .exitCode())
                .isEqualTo(2);
    }
}
