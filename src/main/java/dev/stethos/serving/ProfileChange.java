package dev.stethos.serving;

import org.jspecify.annotations.Nullable;

/// One try to change which revision the served name stands for.
///
/// @param time when it began, ISO 8601 in UTC
/// @param actor who asked for it
/// @param from what was active before
/// @param to what was asked for; its revision is null when it never came to be
/// @param millis how long it took, as far as is known
/// @param outcome `active`, or with the reason `failed` or, when the process ended, `interrupted`
public record ProfileChange(
        String time,
        String actor,
        Target from,
        Target to,
        long millis,
        String outcome,
        @Nullable String reason) {
    static final String BEGUN = "begun";
    static final String ACTIVE = "active";
    static final String FAILED = "failed";
    static final String INTERRUPTED = "interrupted";

    /// The same change with its outcome.
    ProfileChange ended(String as, @Nullable String why) {
        return new ProfileChange(time, actor, from, to, millis, as, why);
    }

    /// A profile or `base`, at a scale when it is not the profile's own.
    public record Target(String profile, @Nullable Double scale, @Nullable String revision) {}
}
