package dev.stethos.inference.sampling;

/// Logits from which no token can be drawn or scored; the reason is fit for the client.
public final class UnusableLogitsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    UnusableLogitsException(String reason) {
        super(reason);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
