package dev.stethos.edit.intake;

import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileName;
import dev.stethos.edit.profile.ProfileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Removes a profile from a store, valid or not: its folder is renamed away and then deleted, so
/// that no reader sees a part of it.
public final class ProfileRemoval {
    private ProfileRemoval() {}

    /// Refuses a name that no folder has, and a link in a folder's place.
    public static void remove(ProfileStore store, String name) {
        Path place = store.folder().resolve(new ProfileName(name).value());
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidProfileException(
                    Code.PROFILE_NOT_FOUND, "profile " + name + ": not found");
        }
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidProfileException(
                    Code.INVALID_PROFILE,
                    "profile " + name + ": it is a link or a file, only folders are removed");
        }
        try (Staging staging = new Staging(store.folder())) {
            staging.take(place);
        } catch (UncheckedIOException e) {
            throw new StoreWriteException(e);
        } catch (IOException e) {
            throw new StoreWriteException(e);
        }
    }
}
