package dev.stethos.edit.profile;

import java.util.Locale;

/// An edit profile that is refused. The message says where, what was given and what is allowed; the
/// code is for machines.
public final class InvalidProfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    public InvalidProfileException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public InvalidProfileException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /// What kind of refusal it is.
    public enum Code {
        /// The name is not one that a profile can have.
        INVALID_PROFILE_NAME,
        /// The store has no such profile.
        PROFILE_NOT_FOUND,
        /// The manifest or the deltas are malformed, or do not fit the base's tensors.
        INVALID_PROFILE,
        /// The profile was made for other weights.
        BASE_MISMATCH,
        /// The deltas are well-formed but so large that the edited weights would be useless.
        UNSAFE_DELTA,
        /// The store has other content under the name.
        PROFILE_EXISTS,
        /// A file that a profile does not have.
        UNSUPPORTED_FILE,
        /// A required signature is missing or wrong.
        UNTRUSTED_PROFILE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Code code() {
        return code;
    }
}
