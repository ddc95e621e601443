package dev.stethos.serving;

/// A model id that this server does not answer to; the message lists those it does.
public final class UnknownModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownModelException(String message) {
        super(message);
    }
}
