package dev.stethos.cli.options;

import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The option that says which profile store a command works on.
public final class ProfilesOption {
    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            defaultValue = "${sys:stethos.home:-.}/edit-profiles",
            description = "Folder of edit profiles. Default: edit-profiles")
    private Path folder = Path.of("edit-profiles");

    public Path folder() {
        return folder;
    }

    /// The profile of that name in the store, or that a path with a `/` in it leads to.
    public ProfileFolder load(String nameOrFolder) {
        Path path = Path.of(nameOrFolder).toAbsolutePath().normalize();
        Path parent = path.getParent();
        if (!nameOrFolder.contains("/") || parent == null) {
            return new ProfileStore(folder).load(nameOrFolder);
        }
        return new ProfileStore(parent).load(String.valueOf(path.getFileName()));
    }
}
