package dev.stethos.evaluation.latex;

/// LaTeX that is not an answer as [AnswerParser] knows them; the message says at what it stopped.
final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message);
    }
}
