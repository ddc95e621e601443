package dev.stethos.edit.profile;

import dev.stethos.weights.InvalidWeightsException;
import java.util.regex.Pattern;

/// A profile's name, safe as a folder name on every system and as a part of a model id: ASCII
/// `[a-z0-9][a-z0-9._-]{0,63}` that no system reserves. `base` stands for the unedited model.
public record ProfileName(String value) {
    private static final Pattern ALLOWED =
            Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_-])?");
    private static final Pattern DEVICE =
            Pattern.compile("(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?");
    private static final String UNEDITED = "base";

    public ProfileName {
        if (!ALLOWED.matcher(value).matches()
                || DEVICE.matcher(value).matches()
                || value.equals(UNEDITED)) {
            throw new InvalidProfileException(
                    InvalidProfileException.Code.INVALID_PROFILE_NAME,
                    "profile name '%s': allowed are 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, no '.' last, not 'base' and no device name"
                            .formatted(InvalidWeightsException.shown(value)));
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
