package dev.stethos.evaluation.jobs.storage;

/// The database of evaluations cannot be reached or refuses; the message says at what.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
