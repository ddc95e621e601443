package dev.stethos.serving;

import java.io.IOException;
import java.nio.file.FileSystemException;

/// The history of profile changes cannot be written, say because its disk is full. The change that
/// it was to tell of was not made.
public final class HistoryWriteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HistoryWriteException(IOException cause) {
        super("the history of profile changes cannot be written: " + reason(cause), cause);
    }

    /// What the system said, without the path.
    private static String reason(IOException cause) {
        return cause instanceof FileSystemException file
                ? file.getReason() == null ? file.getClass().getSimpleName() : file.getReason()
                : String.valueOf(cause.getMessage());
    }
}
