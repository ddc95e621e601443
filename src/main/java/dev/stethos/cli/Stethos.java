package dev.stethos.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The one entry point. `serve` starts the HTTP server; every other command runs without one and
/// opens no port. Exit codes: 0 done, 1 failed, 2 bad input.
@QuarkusMain
@Command(
        name = "stethos",
        mixinStandardHelpOptions = true,
        description = "Serves Gemma 3 with weight edits applied when the model is loaded.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "The launcher also knows: build (builds the jar), test (everything CI runs),",
            "fuzz TARGET [--minutes N]."
        },
        subcommands = {
            CommandLine.HelpCommand.class,
            ServeCommand.class,
            ProfileCommand.class,
            TinyCommand.class,
        })
public final class Stethos implements Runnable {
    static {
        // Before the first logger is asked for.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    }

    /// Kept, because a logger that nothing refers to loses its level.
    private static final Logger ENGINE_LOG = Logger.getLogger("ai.djl");

    @Spec private CommandSpec spec = CommandSpec.create();

    public static void main(String... args) {
        if (args.length == 0 || !args[0].equals("serve")) {
            ENGINE_LOG.setLevel(Level.SEVERE);
        }
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        IExecutionExceptionHandler onError =
                (failure, command, parsed) -> {
                    PrintWriter err = command.getErr();
                    err.println("stethos: " + BadInput.message(failure));
                    return BadInput.isBadInput(failure) ? 2 : 1;
                };
        return new CommandLine(new Stethos())
                .addSubcommand(new EvaluateCommand(OfflineModel::open))
                .addSubcommand(new BenchCommand(OfflineModel::open))
                .setExecutionExceptionHandler(onError);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command was given");
    }
}
