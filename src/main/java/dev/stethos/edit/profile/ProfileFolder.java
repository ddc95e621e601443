package dev.stethos.edit.profile;

import dev.stethos.weights.InvalidWeightsException;
import dev.stethos.weights.SafetensorsFile;
import java.nio.file.Path;

/// A profile's folder and its manifest. The deltas beside it are read only when it is resolved.
public record ProfileFolder(Path path, EditProfile profile) {

    /// Opens the deltas file, which the caller closes.
    public SafetensorsFile openDeltas() {
        try {
            return SafetensorsFile.open(path.resolve(EditProfile.DELTAS));
        } catch (InvalidWeightsException e) {
            throw new InvalidProfileException(
                    InvalidProfileException.Code.INVALID_PROFILE,
                    "profile " + profile.name() + ", " + e.getMessage(),
                    e);
        }
    }
}
