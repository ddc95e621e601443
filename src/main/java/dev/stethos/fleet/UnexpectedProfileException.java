package dev.stethos.fleet;

/// A profile in the store that is not the desired one, though it has its name.
final class UnexpectedProfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnexpectedProfileException(String message) {
        super(message);
    }
}
