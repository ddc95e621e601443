package dev.stethos.cli;

import dev.stethos.cli.options.ModelOpener;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// Runs a command as the command line does and keeps what it said.
public record Commands(int exitCode, String out, String err) {

    /// Fails the test when a command gets as far as opening a model.
    static final ModelOpener NO_MODEL =
            (model, profiles, resident, compute, engine) -> {
                throw new AssertionError("opened " + model + " with " + profiles);
            };

    static Commands run(Object command, String... arguments) {
        return run(new CommandLine(command), arguments);
    }

    /// Runs `stethos` itself, with its exit codes for bad input.
    public static Commands stethos(String... arguments) {
        return run(Stethos.commandLine(arguments), arguments);
    }

    private static Commands run(CommandLine line, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode =
                line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
        return new Commands(exitCode, out.toString(), err.toString());
    }
}
