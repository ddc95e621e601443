package dev.stethos.serving;

/// A change of profiles that what is served now does not allow: another revision is active than the
/// caller believes, the profile is in use, or there is no memory for it. Nothing was changed.
public final class ProfileConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Why it is not allowed.
    public enum Reason {
        /// The caller named another revision as the active one.
        NOT_ACTIVE,
        /// The profile is active or used by requests, or is the base.
        IN_USE,
        /// Nothing was active before.
        NO_PREVIOUS,
        /// The edited tensors would exceed the budget.
        OUT_OF_BUDGET,
        /// The machine or the device had no memory for them.
        OUT_OF_MEMORY
    }

    private final Reason reason;

    ProfileConflictException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    ProfileConflictException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
