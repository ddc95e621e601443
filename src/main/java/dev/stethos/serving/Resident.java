package dev.stethos.serving;

import dev.stethos.gemma.Revision;
import org.jspecify.annotations.Nullable;

/// A revision that is in memory under a profile's name, with the number of requests that use it. At
/// another scale than the profile's own, `@` and the scale follow the name. Its own tensors are
/// freed when it is retired and its last pin is gone. Safe from any thread.
final class Resident {
    private final String name;
    private final @Nullable Double scaleGiven;
    private final double scale;
    private final Revision revision;
    private final long createdSeconds;
    private final Runnable onFree;
    private int pins;
    private boolean retired;

    /// `scaleGiven` is null for the profile's own `scale`; `onFree` runs once, when the revision
    /// may be closed.
    Resident(
            String name,
            @Nullable Double scaleGiven,
            double scale,
            Revision revision,
            long createdSeconds,
            Runnable onFree) {
        this.name = name;
        this.scaleGiven = scaleGiven;
        this.scale = scale;
        this.revision = revision;
        this.createdSeconds = createdSeconds;
        this.onFree = onFree;
    }

    /// The profile's name, followed by the scale when it is not its own.
    String profile() {
        return scaleGiven == null ? name : name + "@" + scaleGiven;
    }

    String name() {
        return name;
    }

    /// Null when it is the profile's own.
    @Nullable Double scaleGiven() {
        return scaleGiven;
    }

    double scale() {
        return scale;
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
                        "profile " + name + ": released more often than pinned");
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
