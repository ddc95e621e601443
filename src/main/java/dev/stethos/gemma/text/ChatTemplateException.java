package dev.stethos.gemma.text;

/// A conversation that the chat template refuses; the message is fit for the client.
public final class ChatTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChatTemplateException(String message) {
        super(message);
    }
}
