package dev.stethos.cli;

import dev.stethos.tiny.ConsoleProgress;
import dev.stethos.tiny.Recipe;
import dev.stethos.tiny.TinyTraining;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Commands about the embedded model.
@Command(
        name = "tiny",
        mixinStandardHelpOptions = true,
        description = "Make the embedded tiny model.")
final class TinyCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "tiny: no command was given, allowed are train and export-probe");
    }

    @Command(
            name = "train",
            mixinStandardHelpOptions = true,
            description = {
                "Train base and tuned model from nothing but a seed, choose the profile's layers on",
                "validation items, score the test items once and write every file that ships.",
                "A stopped run goes on where it was."
            })
    int train(
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "Decides everything. Default: ${DEFAULT-VALUE}")
                    long seed,
            @Option(
                            names = "--threads",
                            defaultValue = "2",
                            description =
                                    "CPU threads; another number gives other rounding. Default: ${DEFAULT-VALUE}")
                    int threads,
            @Option(
                            names = "--work",
                            paramLabel = "DIR",
                            defaultValue = "${sys:stethos.home:-.}/target/tiny",
                            description = "Where checkpoints go. Default: target/tiny")
                    Path work,
            @Option(
                            names = "--resources",
                            paramLabel = "DIR",
                            defaultValue = "${sys:stethos.home:-.}/src/main/resources/tiny",
                            description = "Where the model goes. Default: src/main/resources/tiny")
                    Path resources,
            @Option(
                            names = "--profiles",
                            paramLabel = "DIR",
                            defaultValue = "${sys:stethos.home:-.}/edit-profiles",
                            description = "Where the profile goes. Default: edit-profiles")
                    Path profiles) {
        try (ConsoleProgress progress = new ConsoleProgress(System.err, System.out)) {
            TinyTraining.run(
                    new TinyTraining.Options(
                            seed, Recipe.embedded(), threads, work, resources, profiles),
                    progress);
        }
        return 0;
    }

    @Command(
            name = "export-probe",
            mixinStandardHelpOptions = true,
            description = {
                "Write the probe as a checkpoint for lab and profile commands' --tuned: the base trained",
                "further in every layer alike, before any layer was chosen. It comes from the work",
                "folder of tiny train; what that does not hold is trained, under half an hour for",
                "everything on two cores."
            })
    int exportProbe(
            @Option(
                            names = "--output",
                            paramLabel = "DIR",
                            required = true,
                            description = "The checkpoint's folder.")
                    Path output,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "As given to tiny train. Default: ${DEFAULT-VALUE}")
                    long seed,
            @Option(
                            names = "--threads",
                            defaultValue = "2",
                            description = "As given to tiny train. Default: ${DEFAULT-VALUE}")
                    int threads,
            @Option(
                            names = "--work",
                            paramLabel = "DIR",
                            defaultValue = "${sys:stethos.home:-.}/target/tiny",
                            description = "Where checkpoints are. Default: target/tiny")
                    Path work) {
        try (ConsoleProgress progress = new ConsoleProgress(System.err, System.out)) {
            TinyTraining.exportProbe(
                    new TinyTraining.Options(
                            seed, Recipe.embedded(), threads, work, output, output),
                    output,
                    progress);
        }
        spec.commandLine().getOut().println("wrote " + output);
        return 0;
    }
}
