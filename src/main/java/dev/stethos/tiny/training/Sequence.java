package dev.stethos.tiny.training;

/// Tokens to learn from; the loss covers those from index `from` on (at least 1, the first token is
/// never predicted).
@SuppressWarnings("ArrayRecordComponent")
public record Sequence(int[] tokens, int from) {
    public Sequence {
        if (from < 1 || from >= tokens.length) {
            throw new IllegalArgumentException(
                    "sequence of %d tokens: loss from %d".formatted(tokens.length, from));
        }
    }

    public int length() {
        return tokens.length;
    }
}
