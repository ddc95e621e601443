package dev.stethos.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Commands that look into the model.
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = "Look into the model: which layers an edit should touch, and why.",
        subcommands = {LabProjectCommand.class})
final class LabCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "lab: no command was given, allowed are "
                        + spec.commandLine().getSubcommands().keySet());
    }
}
