package dev.stethos.gemma.config;

/// A model folder that cannot be served as it is: a file that is missing, malformed or asks for
/// something this decoder does not do. The message says where, what was given and what is allowed.
public final class InvalidModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidModelException(String message) {
        super(printable(message));
    }

    public InvalidModelException(String message, Throwable cause) {
        super(printable(message), cause);
    }

    /// Files' own text, which the message may repeat, does not reach a terminal or log as control
    /// characters.
    private static String printable(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
