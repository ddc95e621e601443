package dev.stethos.cli.lab;

import dev.stethos.cli.lab.sae.LabSaeCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Offline commands that look into a model.
@Command(
        name = "lab",
        mixinStandardHelpOptions = true,
        description = "Look into a model: activations, sparse autoencoders, diagnosis.",
        subcommands = {
            LabActivationsCommand.class,
            LabSaeCommand.class,
            LabDiagnoseCommand.class,
            LabProjectCommand.class,
            LabExperimentCommand.class,
        })
public final class LabCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "lab: no command was given, allowed are "
                        + spec.commandLine().getSubcommands().keySet());
    }
}
