package dev.stethos.cli;

import dev.stethos.serving.ModelSource;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.ServingOptions;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The options that say which model a command works on.
final class ModelOptions {

    @Option(
            names = "--model",
            paramLabel = "DIR|embedded",
            defaultValue = ModelSource.EMBEDDED,
            description = "A checkpoint folder, or embedded. Default: ${DEFAULT-VALUE}")
    private String model = ModelSource.EMBEDDED;

    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            defaultValue = "${sys:stethos.home:-.}/edit-profiles",
            description = "The folder of edit profiles. Default: edit-profiles")
    private Path profiles = Path.of("edit-profiles");

    /// The model with the named profiles beside its base.
    ServedModel open(ModelOpener opener, String... names) {
        return opener.open(
                model,
                profiles,
                Stream.of(names)
                        .filter(name -> !name.equals(ServingOptions.BASE))
                        .distinct()
                        .toList());
    }

    /// The model id of `base` or of a profile.
    static String id(ServedModel served, String name) {
        return served.name() + ":" + name;
    }
}
