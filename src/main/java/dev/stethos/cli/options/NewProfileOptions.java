package dev.stethos.cli.options;

import dev.stethos.edit.making.NewProfile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The options of a command that makes a profile: its name, text and place.
public final class NewProfileOptions {
    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "The new profile's name: 1 to 64 of a-z 0-9 . _ -")
    private String name = "";

    /// What the profile is for.
    @Option(
            names = "--description",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What the profile is for, in its manifest.")
    private String description = "";

    /// The profile store.
    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "${sys:stethos.home:-.}/edit-profiles",
            description = "Folder of edit profiles to write to. Default: edit-profiles")
    private Path store = Path.of("edit-profiles");

    /// Writes over a profile that exists.
    @Option(names = "--replace", description = "Replace a profile of that name.")
    private boolean replace;

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    /// Its place; a bad or taken name is refused.
    public NewProfile place() {
        return new NewProfile(store, name, replace);
    }
}
