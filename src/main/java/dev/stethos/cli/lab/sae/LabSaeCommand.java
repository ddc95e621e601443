package dev.stethos.cli.lab.sae;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Commands about sparse autoencoders.
@Command(
        name = "sae",
        mixinStandardHelpOptions = true,
        description = "Train, measure, compare, explain and imitate sparse autoencoders.",
        subcommands = {
            LabSaeTrainCommand.class,
            LabSaeEvalCommand.class,
            LabSaeCompareCommand.class,
            LabSaeExplainCommand.class,
            LabSaeSyntheticCommand.class,
        })
public final class LabSaeCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "lab sae: no command was given, allowed are "
                        + spec.commandLine().getSubcommands().keySet());
    }
}
