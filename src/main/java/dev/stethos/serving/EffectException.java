package dev.stethos.serving;

/// A revision that does not have the effect that its profile declares.
public final class EffectException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EffectException(String message) {
        super(message);
    }
}
