package dev.stethos.inference;

import dev.stethos.gemma.Gemma3Model.Row;
import java.util.List;

/// What the engine needs of a model with its cache. All methods but [#newText] are called by the
/// device thread only.
interface Decoder extends AutoCloseable {

    /// The device thread's first call.
    default void start() {}

    /// Length of a row of logits; every token that goes in is below it.
    int vocabSize();

    /// Ids from this one on stand for no text and are never drawn.
    int drawable();

    /// Runs one step. Returns the wanted logits row by row, `vocabSize` values for each.
    float[] step(List<Row> rows);

    /// Copies the first `length` tokens of one slot over another.
    void move(int from, int to, int length);

    /// Makes room for `length` tokens in each of the first `count` slots, none of which gets more
    /// than `longest` while there are so many.
    void reserve(int count, int length, int longest);

    /// What room for `count` sequences of `length` tokens takes.
    long cacheBytes(int count, int length);

    /// How many of its last tokens every layer of a slot still has.
    int window();

    /// A copy of what a slot holds of `tokens` tokens from `start` on.
    Kept save(int slot, int start, int tokens);

    /// What [#save] of so many tokens takes.
    long savedBytes(int tokens);

    /// Puts copies, which follow one another from position 0, into a slot. All layers need only the
    /// last window of what they had when they were saved.
    void restore(int slot, List<Kept> parts);

    TokenText newText();

    @Override
    void close();

    /// Keys and values outside of any slot, freed by closing it.
    interface Kept extends AutoCloseable {
        @Override
        void close();
    }

    /// Turns one sequence's tokens into text, whole characters only.
    interface TokenText {
        /// The text that this token completes.
        String add(int token);

        /// What remains of a character that never became complete.
        String flush();
    }
}
