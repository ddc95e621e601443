package dev.stethos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An offline command that is told to stop while the device computes ends at once and does not
/// crash.
class SignalledCommandTest {
    private static final int SIGTERM = 15;
    private static final String HOOK = "a shutdown hook ran";

    /// The command, with a hook that tells of itself.
    static final class Hooked {
        private Hooked() {}

        public static void main(String... arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println(HOOK)));
            Stethos.main(arguments);
        }
    }

    @Test
    void endsWithoutACrashWhileItComputes(@TempDir Path folder) throws IOException {
        Process command =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-XX:TieredStopAtLevel=1",
                                        "-Dai.djl.offline=true",
                                        "-Dstethos.home=" + Path.of("").toAbsolutePath(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Hooked.class.getName(),
                                        "evaluate",
                                        "--candidate",
                                        "number-theory",
                                        "--limit",
                                        "300"))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader lines = command.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.contains("KV cache")) {
                line = lines.readLine();
            }
            assertThat(line).isNotNull();
            assertThat(command.toHandle().destroy()).isTrue();
            assertThat(lines.lines().collect(Collectors.joining("\n")))
                    .doesNotContain("fatal error", HOOK);
        } finally {
            command.destroyForcibly();
        }
        assertThat(command.onExit().join().exitValue()).isEqualTo(128 + SIGTERM);
        assertThat(folder).isEmptyDirectory();
    }
}
