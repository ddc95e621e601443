package dev.stethos.inference.admission;

/// What a sequence was admitted as: its priority and its likely cost in tokens.
public record Ticket(Priority priority, long cost) {
    /// Of one that was not admitted by anyone.
    public static final Ticket NONE = new Ticket(Priority.INTERACTIVE, 0);
}
