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
                spec.commandLine(), "tiny: no command was given, allowed is train");
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
}
