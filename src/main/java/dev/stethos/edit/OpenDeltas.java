package dev.stethos.edit;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.weights.FileState;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// A profile's mapped deltas and what their file was like before it was opened, so that a change
/// under the mapping is seen. Owns the mapping.
final class OpenDeltas implements AutoCloseable {
    private final EditProfile profile;
    private final Path path;
    private final FileState state;
    private final boolean settled;
    private final SafetensorsFile file;

    private OpenDeltas(
            EditProfile profile, Path path, FileState state, Instant now, SafetensorsFile file) {
        this.profile = profile;
        this.path = path;
        this.state = state;
        this.settled = state.isSettled(now);
        this.file = file;
    }

    static OpenDeltas of(ProfileFolder folder, Instant now) {
        EditProfile profile = folder.profile();
        Path path = folder.path().resolve(EditProfile.DELTAS);
        FileState before;
        try {
            before = FileState.of(path);
        } catch (IOException e) {
            throw profile.refused(Code.INVALID_PROFILE, EditProfile.DELTAS, "it cannot be read");
        }
        return new OpenDeltas(profile, path, before, now, folder.openDeltas());
    }

    SafetensorsFile file() {
        return file;
    }

    FileState state() {
        return state;
    }

    /// Whether an equal state proves equal content.
    boolean isSettled() {
        return settled;
    }

    /// Refuses when the file is not, or may not be, the one that was opened.
    void requireSameState() {
        try {
            if (FileState.of(path).equals(state)) {
                return;
            }
        } catch (IOException e) {
            throw changed(profile);
        }
        throw changed(profile);
    }

    /// As above, and refuses when the content is, or may be, another. Reads the file again only
    /// when it was changed just before it was opened.
    void requireUnchanged() {
        requireSameState();
        if (!settled) {
            EditResolver.checkFile(profile, Fingerprint.ofFile(file));
        }
    }

    static InvalidProfileException changed(EditProfile profile) {
        return profile.refused(
                Code.INVALID_PROFILE, EditProfile.DELTAS, "it changed while it was read");
    }

    @Override
    public void close() {
        file.close();
    }
}
