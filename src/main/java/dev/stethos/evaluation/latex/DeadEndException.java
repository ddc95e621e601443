package dev.stethos.evaluation.latex;

/// A reading that did not work out here; a shorter one may.
final class DeadEndException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeadEndException(String missing) {
        super(missing + " is missing", null, false, false);
    }
}
