package dev.stethos.traces;

/// What is configured about traces cannot be used.
public final class TracesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TracesException(String message) {
        super(message);
    }
}
