package dev.stethos.inference.admission;

import java.time.Duration;

/// The waiting queue has no room for a request; nothing of it was accepted.
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Duration retryAfter;

    public QueueFullException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /// An estimate of when a place will be free.
    public Duration retryAfter() {
        return retryAfter;
    }
}
