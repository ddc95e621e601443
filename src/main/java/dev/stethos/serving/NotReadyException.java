package dev.stethos.serving;

/// The model cannot answer now; the message says why and is fit for the client.
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotReadyException(String message) {
        super(message);
    }
}
