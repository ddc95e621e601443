package dev.stethos.inference;

/// Logits from which no token can be drawn or scored; the reason is fit for the client.
final class UnusableLogitsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    UnusableLogitsException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
