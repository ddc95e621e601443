package dev.stethos.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The option that says which profile store a command works on.
final class ProfilesOption {
    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            defaultValue = "${sys:stethos.home:-.}/edit-profiles",
            description = "Folder of edit profiles. Default: edit-profiles")
    private Path folder = Path.of("edit-profiles");

    Path folder() {
        return folder;
    }
}
