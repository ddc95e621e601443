package dev.stethos.inference.generation;

/// A submitted sequence.
public interface Generation {
    /// Ends the sequence before its next token; its listener still gets [GenerationEvent.Finished].
    void cancel();
}
