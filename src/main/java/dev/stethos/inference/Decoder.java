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

    TokenText newText();

    @Override
    void close();

    /// Turns one sequence's tokens into text, whole characters only.
    interface TokenText {
        /// The text that this token completes.
        String add(int token);

        /// What remains of a character that never became complete.
        String flush();
    }
}
