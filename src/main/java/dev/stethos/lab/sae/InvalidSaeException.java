package dev.stethos.lab.sae;

/// A sparse autoencoder's files that are refused; the message says where, what was given and what
/// is allowed.
public final class InvalidSaeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidSaeException(String message) {
        super(message);
    }

    public InvalidSaeException(String message, Throwable cause) {
        super(message, cause);
    }
}
