package dev.stethos.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The built jar as a process of its own, as the launcher starts it. Its output goes to a file; it
/// is killed when closed.
final class ServerProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target/stethos-runner.jar");
    private static final Pattern READY =
            Pattern.compile(
                    "Serving (\\S+) with profile (\\S+) at (http://\\S+:\\d+)/v1.*?(http://\\S+:\\d+)/q");

    private final Process process;
    private final Path output;

    private ServerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// Starts `java -jar ... arguments` with its output in `folder`.
    static ServerProcess start(Path folder, String... arguments) throws IOException {
        return start(folder, List.of(), arguments);
    }

    /// The same with further options for the JVM.
    static ServerProcess start(Path folder, List<String> options, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dai.djl.offline=true",
                                "-Dstethos.cache=" + Path.of("target/test-cache").toAbsolutePath(),
                                "-Dstethos.state=" + folder.toAbsolutePath(),
                                "-Dstethos.home=" + Path.of("").toAbsolutePath(),
                                "-jar",
                                JAR.toAbsolutePath().toString()));
        command.addAll(command.indexOf("-jar"), options);
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "process", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        // Otherwise the address space that it reserves grows with the number of processors.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        Process process = builder.start();
        return new ServerProcess(process, output);
    }

    /// Waits for the line that says where the server answers.
    Ready awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < deadline && process.isAlive()) {
            Matcher line = READY.matcher(output());
            if (line.find()) {
                return new Ready(line.group(1), line.group(2), line.group(3), line.group(4));
            }
            Thread.sleep(20);
        }
        throw new AssertionError("the server did not become ready; it printed:\n" + output());
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    long pid() {
        return process.pid();
    }

    /// Sets the limit of a resource, as `prlimit` names it, for the process as it runs.
    void limit(String resource, String soft) throws IOException, InterruptedException {
        Process set =
                new ProcessBuilder(
                                "prlimit",
                                "--pid=" + process.pid(),
                                "--%s=%s:".formatted(resource, soft))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(set.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (set.waitFor() != 0) {
            throw new AssertionError("prlimit: " + said);
        }
    }

    /// Sends SIGTERM.
    void terminate() {
        process.destroy();
    }

    int awaitExit() throws InterruptedException, IOException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new AssertionError("the process did not end; it printed:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    record Ready(String model, String profile, String api, String management) {}
}
