package dev.stethos.edit.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Objects;

/// The profile store cannot be written: its disk is full, or it is read-only. Nothing was changed.
public final class StoreWriteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreWriteException(IOException cause) {
        super("the profile store cannot be written: " + reason(cause), cause);
    }

    StoreWriteException(UncheckedIOException failure) {
        this(Objects.requireNonNull(failure.getCause()));
    }

    /// What the system said, without the path.
    private static String reason(IOException cause) {
        return cause instanceof FileSystemException file
                ? file.getReason() == null ? file.getClass().getSimpleName() : file.getReason()
                : String.valueOf(cause.getMessage());
    }
}
