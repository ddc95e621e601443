package dev.stethos.lab.explain;

/// The judge did not answer; the message says where it was asked and what it said instead.
public final class JudgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JudgeException(String message) {
        super(message);
    }

    JudgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
