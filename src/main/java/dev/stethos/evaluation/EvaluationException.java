package dev.stethos.evaluation;

/// An evaluation that could not be brought to its end; the message says at what it stopped.
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EvaluationException(String message) {
        super(message);
    }
}
