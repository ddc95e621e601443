package dev.stethos.inference;

/// What a sequence was admitted as: its priority and its likely cost in tokens.
record Ticket(Priority priority, long cost) {
    /// Of one that was not admitted by anyone.
    static final Ticket NONE = new Ticket(Priority.INTERACTIVE, 0);
}
