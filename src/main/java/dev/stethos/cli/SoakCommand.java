package dev.stethos.cli;

import dev.stethos.cli.options.Scratch;
import dev.stethos.soak.Overload;
import dev.stethos.soak.OverloadReport;
import dev.stethos.soak.Soak;
import dev.stethos.soak.SoakReport;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./stethos soak`: a server of its own under mixed traffic and kills, or with `--load` under one,
/// two and ten times the load that it can sustain. Exit code 0, 1 when anything was lost, 2 on bad
/// input.
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Soak a server in traffic, swaps, evaluations and kills, or overload one.")
final class SoakCommand implements Callable<Integer> {
    private static final String SELF = "self";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How long to soak; kills come in the first half, the second watches memory."
                            + " Default: ${DEFAULT-VALUE}")
    private double minutes = 5;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "12",
            description = "Clients at once. Default: ${DEFAULT-VALUE}")
    private int clients = 12;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "What the clients draw from. Default: ${DEFAULT-VALUE}")
    private long seed = 1;

    @Option(
            names = "--load",
            paramLabel = "URL|self",
            description =
                    "Instead: 1, 2 and 10 times the sustainable load, on the server at this URL"
                            + " or on one of its own.")
    private @Nullable String load;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How long each load is counted. Default: ${DEFAULT-VALUE}")
    private int seconds = 20;

    @Override
    public Integer call() throws InterruptedException {
        if (!(minutes > 0) || clients < 1 || seconds < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--minutes %s, --clients %d, --seconds %d: all must be positive"
                            .formatted(minutes, clients, seconds));
        }
        try (Scratch scratch = Scratch.make()) {
            return load == null ? soak(scratch.folder()) : overload(scratch.folder(), load);
        }
    }

    private int soak(Path folder) throws InterruptedException {
        Duration time = Duration.ofMillis((long) (minutes * 60_000));
        SoakReport report = Soak.run(folder, time, clients, seed, this::say);
        print(report.table());
        return report.lost() == 0 ? 0 : 1;
    }

    private int overload(Path folder, String where) throws InterruptedException {
        Duration each = Duration.ofSeconds(seconds);
        OverloadReport report =
                where.equals(SELF)
                        ? Overload.ofOwnServer(folder, each, this::say)
                        : Overload.of(url(where), each, this::say);
        print(report.table());
        return report.lost() == 0 ? 0 : 1;
    }

    private URI url(String where) {
        URI url = URI.create(where);
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--load: '%s' was given, allowed are http://HOST:PORT and self"
                            .formatted(where));
        }
        return url;
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    private void say(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(what + " ...");
        err.flush();
    }
}
