package dev.stethos.serving;

import dev.stethos.serving.ProfileConflictException.Reason;

/// What the edited tensors of all profiles may take together, and how much of it is taken: by
/// revisions that answer, by those that leave when their last request ends, and by those that are
/// being built or tried. Safe from any thread.
final class ProfileMemory {
    private final long budget;
    private long taken;

    ProfileMemory(long budget) {
        this.budget = budget;
    }

    /// Takes so many bytes; false when they do not fit.
    synchronized boolean tryTake(long bytes) {
        boolean fits = bytes <= budget - taken;
        if (fits) {
            taken += bytes;
        }
        return fits;
    }

    /// Takes so many bytes, or refuses with a [ProfileConflictException].
    synchronized void take(long bytes) {
        if (!tryTake(bytes)) {
            throw new ProfileConflictException(
                    Reason.OUT_OF_BUDGET,
                    "edited tensors of %d bytes were asked for, %d are held by profiles in memory or being tried, allowed are %d (stethos.resident-memory)"
                            .formatted(bytes, taken, budget));
        }
    }

    synchronized void giveBack(long bytes) {
        taken -= bytes;
    }
}
