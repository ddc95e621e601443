package dev.stethos.inference;

/// A submitted sequence.
public interface Generation {
    /// Ends the sequence before its next token; its listener still gets [GenerationEvent.Finished].
    void cancel();
}
