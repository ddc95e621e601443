package dev.stethos.edit.making;

import dev.stethos.edit.EditResolver;
import dev.stethos.edit.intake.Staging;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileName;
import dev.stethos.edit.profile.ProfileStore;
import dev.stethos.weights.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A place in a profile store for a profile that is being made. It is written and checked in a
/// hidden folder and appears under its name whole; when that fails, nothing stays behind.
public final class NewProfile {
    private final Path store;
    private final String name;

    /// A name that is taken is refused unless `replace`.
    public NewProfile(Path store, String name, boolean replace) {
        this.store = store;
        this.name = new ProfileName(name).value();
        if (!replace && Files.exists(store.resolve(name))) {
            throw new IllegalArgumentException(
                    "profile %s: it exists, allowed is another name or --replace".formatted(name));
        }
    }

    /// Writes the profile and, where a base is given, resolves it as a server would.
    public ProfileFolder write(
            ProfileWriter.Draft draft,
            DeltaSource source,
            @Nullable Checkpoint base,
            Progress progress) {
        try (Staging staging = new Staging(store)) {
            new ProfileWriter(staging.folder()).write(draft, source, progress);
            if (base != null) {
                new EditResolver(EditResolver.DEFAULT_MAX_RELATIVE_NORM)
                        .resolve(new ProfileStore(staging.folder()).load(name), base)
                        .close();
            }
            staging.publish(name, store.resolve(name));
        }
        return new ProfileStore(store).load(name);
    }
}
