package dev.stethos.hub;

import java.io.IOException;
import java.time.Duration;

/// One attempt that failed in a way that another may not. `retryAfter` is how long the server asks
/// to be left alone, zero when it does not say.
final class BrokenTransferException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Duration retryAfter;

    BrokenTransferException(String message) {
        this(message, Duration.ZERO);
    }

    BrokenTransferException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    BrokenTransferException(String message, Throwable cause) {
        super(message, cause);
        retryAfter = Duration.ZERO;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
