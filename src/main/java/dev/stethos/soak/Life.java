package dev.stethos.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One server process from its start to its end, on free ports of the loopback, with the class path
/// and the JVM options of this process. Its output goes to a file.
final class Life implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile(
                    "Serving (\\S+) with profile (\\S+) at (http://\\S+:\\d+)/v1.*?(http://\\S+:\\d+)/q");
    private static final long PATIENCE_SECONDS = 300;
    private static final int LOOK_MILLIS = 50;

    /// How it was ended from outside.
    enum End {
        NONE,
        TOLD,
        KILLED
    }

    private final Process process;
    private final Path output;
    private volatile End end = End.NONE;
    private String model = "";
    private URI api = URI.create("");

    private Life(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// Starts a server that keeps its state in `folder`, with further options for the JVM, and
    /// waits until it is ready.
    static Life start(Path folder, List<String> options) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElse(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--") || option.startsWith("-D"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(
                List.of(
                        "-Dstethos.state=" + folder.toAbsolutePath(),
                        "-Dstethos.resident=number-theory",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.stethos.cli.Stethos",
                        "serve",
                        "--port",
                        "0",
                        "--management-port",
                        "0"));
        try {
            Path output = Files.createTempFile(folder, "server", ".log");
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            Life life = new Life(process, output);
            life.awaitReady();
            return life;
        } catch (IOException e) {
            throw new UncheckedIOException("the server could not be started", e);
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (process.isAlive()
                && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
            Matcher line = READY.matcher(Files.readString(output, StandardCharsets.UTF_8));
            if (line.find()) {
                model = line.group(1);
                api = URI.create(line.group(3));
                return;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        process.destroyForcibly();
        throw new IllegalStateException(
                "the server did not become ready; it printed:\n"
                        + Files.readString(output, StandardCharsets.UTF_8));
    }

    String model() {
        return model;
    }

    URI api() {
        return api;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    End end() {
        return end;
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        end = End.KILLED;
        process.destroyForcibly();
        int _ = process.waitFor();
    }

    /// SIGTERM. Returns the exit code.
    int tell() throws InterruptedException {
        end = End.TOLD;
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not end when it was told to");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        end = End.KILLED;
        process.destroyForcibly();
    }
}
