package dev.stethos.cli;

import dev.stethos.cli.lab.LabCommand;
import dev.stethos.cli.options.OfflineModel;
import dev.stethos.cli.options.PeakMemory;
import dev.stethos.cli.profile.ProfileCommand;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
        subcommands = CommandLine.HelpCommand.class)
public final class Stethos implements Runnable {
    static {
        // Before the first logger is asked for.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    }

    /// Kept, because a logger that nothing refers to loses its level.
    private static final Logger ENGINE_LOG = Logger.getLogger("ai.djl");

    private static final Set<String> READING = Set.of("build", "export", "verify");

    private static final Map<String, Supplier<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("serve", ServeCommand::new);
        COMMANDS.put("profile", ProfileCommand::new);
        COMMANDS.put("evaluate", () -> new EvaluateCommand(OfflineModel::open));
        COMMANDS.put("bench", () -> new BenchCommand(OfflineModel::open));
        COMMANDS.put("soak", SoakCommand::new);
        COMMANDS.put("lab", LabCommand::new);
        COMMANDS.put("tiny", TinyCommand::new);
        COMMANDS.put("key", KeyCommand::new);
    }

    /// Commands that have something to finish when they are told to stop.
    private static final Set<String> IN_ORDER = Set.of("serve", "soak");

    @Spec private CommandSpec spec = CommandSpec.create();

    public static void main(String... args) {
        String command = args.length == 0 ? "" : args[0];
        if (!command.equals("serve")) {
            ENGINE_LOG.setLevel(Level.SEVERE);
        }
        if (!IN_ORDER.contains(command)) {
            AbruptEnd.onSignals();
        }
        System.exit(execute(args));
    }

    /// Commands that read whole models say at their end what memory that took.
    private static int execute(String... args) {
        boolean reads =
                args.length > 1
                        && (args[0].equals("lab")
                                || (args[0].equals("profile") && READING.contains(args[1])));
        if (!reads) {
            return commandLine(args).execute(args);
        }
        try (PeakMemory peak = PeakMemory.watching()) {
            int exitCode = commandLine(args).execute(args);
            if (exitCode == 0 && peak.bytes() > 0) {
                System.err.println(peak.words());
            }
            return exitCode;
        }
    }

    /// With every command, or with the one that the arguments begin with: reading the options of
    /// all of them would be a tenth of the server's start.
    static CommandLine commandLine(String... args) {
        IExecutionExceptionHandler onError =
                (failure, command, parsed) -> {
                    PrintWriter err = command.getErr();
                    err.println("stethos: " + BadInput.message(failure));
                    return BadInput.isBadInput(failure) ? 2 : 1;
                };
        CommandLine line = new CommandLine(new Stethos());
        Supplier<?> asked = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (asked != null) {
            line.addSubcommand(asked.get());
        } else {
            COMMANDS.values().forEach(command -> line.addSubcommand(command.get()));
        }
        return line.setExecutionExceptionHandler(onError);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command was given");
    }
}
