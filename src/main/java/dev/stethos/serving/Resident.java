package dev.stethos.serving;

import dev.stethos.gemma.Revision;

/// A revision that is in memory under a profile's name, with the number of requests that use it.
/// Its own tensors are freed when it is retired and its last pin is gone. Safe from any thread.
final class Resident {
    private final String profile;
    private final Revision revision;
    private final long createdSeconds;
    private final Runnable onFree;
    private int pins;
    private boolean retired;

    /// `onFree` runs once, when the revision may be closed.
    Resident(String profile, Revision revision, long createdSeconds, Runnable onFree) {
        this.profile = profile;
        this.revision = revision;
        this.createdSeconds = createdSeconds;
        this.onFree = onFree;
    }

    String profile() {
        return profile;
    }

    Revision revision() {
        return revision;
    }

    long createdSeconds() {
        return createdSeconds;
    }

    /// False when it is retired already.
    synchronized boolean acquire() {
        if (retired) {
            return false;
        }
        pins++;
        return true;
    }

    void release() {
        boolean free;
        synchronized (this) {
            if (pins == 0) {
                throw new IllegalStateException(
                        "profile " + profile + ": released more often than pinned");
            }
            pins--;
            free = retired && pins == 0;
        }
        if (free) {
            onFree.run();
        }
    }

    /// No new pins from now on.
    void retire() {
        boolean free;
        synchronized (this) {
            free = !retired && pins == 0;
            retired = true;
        }
        if (free) {
            onFree.run();
        }
    }

    synchronized int pins() {
        return pins;
    }
}
