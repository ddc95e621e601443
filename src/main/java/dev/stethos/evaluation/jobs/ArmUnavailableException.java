package dev.stethos.evaluation.jobs;

/// This process cannot bring up an arm as the evaluation pinned it; another one might. The message
/// says what is here instead.
public final class ArmUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ArmUnavailableException(String message) {
        super(message);
    }
}
