package dev.stethos.cli.profile;

import dev.stethos.cli.options.ProfilesOption;
import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileStore;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `stethos profile list`: the store's profiles, and those it refuses.
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the store's profiles, and those it refuses with the reason.")
final class ProfileListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ProfilesOption store = new ProfilesOption();

    @Override
    public Integer call() {
        Path profiles = store.folder();
        if (!Files.isDirectory(profiles)) {
            throw new IllegalArgumentException(
                    "--profiles: '%s' is not a folder".formatted(profiles));
        }
        ProfileStore.Listing listing = new ProfileStore(profiles).list();
        PrintWriter out = spec.commandLine().getOut();
        String row = "%-24s %6s  %-16s  %-16s  %s%n";
        out.printf(row, "PROFILE", "SCALE", "LAYERS", "BASE", "DESCRIPTION");
        for (ProfileFolder folder : listing.profiles()) {
            EditProfile profile = folder.profile();
            String layers =
                    profile.layers().stream().map(String::valueOf).collect(Collectors.joining(","));
            out.printf(
                    row,
                    profile.name(),
                    profile.scale(),
                    layers.isEmpty() ? "none" : layers,
                    profile.base().model(),
                    profile.description().strip().lines().findFirst().orElse(""));
        }
        for (Map.Entry<String, InvalidProfileException> refused : listing.refused().entrySet()) {
            out.printf("%nrefused: %s%n", refused.getValue().getMessage());
        }
        out.flush();
        return 0;
    }
}
