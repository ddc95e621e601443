package dev.stethos.cli.profile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Commands about edit profiles on disk.
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        description = "Make, check and look at edit profiles.",
        subcommands = {
            ProfileListCommand.class,
            ProfileInspectCommand.class,
            ProfileDiffCommand.class,
            ProfileVerifyCommand.class,
            ProfileBuildCommand.class,
            ProfileImportLoraCommand.class,
            ProfileMergeCommand.class,
            ProfileExportCommand.class,
            ProfileKeygenCommand.class,
            ProfileSignCommand.class,
        })
public final class ProfileCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "profile: no command was given, allowed are "
                        + spec.commandLine().getSubcommands().keySet());
    }
}
