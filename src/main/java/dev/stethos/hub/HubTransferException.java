package dev.stethos.hub;

import org.jspecify.annotations.Nullable;

/// A download that could not be finished: the hub cannot be reached, a transfer keeps breaking,
/// content is not what the hub said, or the disk is full. What has come is kept for the next try.
public final class HubTransferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HubTransferException(String message) {
        super(message);
    }

    HubTransferException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
