package dev.stethos.evaluation.suite;

import org.jspecify.annotations.Nullable;

/// A suite or its data that cannot be used; the message says where, what was given and what is
/// allowed.
public final class SuiteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SuiteException(String message) {
        super(message);
    }

    public SuiteException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
