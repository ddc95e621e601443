package dev.stethos.edit.intake;

import java.io.IOException;

/// The profile store cannot be written: its disk is full, or it is read-only. Nothing was changed.
public final class StoreWriteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreWriteException(IOException cause) {
        super("the profile store cannot be written: " + reason(cause), cause);
    }

    /// What the system said, without the path.
    private static String reason(IOException cause) {
        return cause instanceof java.nio.file.FileSystemException file
                ? file.getReason() == null
                        ? file.getClass().getSimpleName()
                        : file.getReason()
                : String.valueOf(cause.getMessage());
    }
}
