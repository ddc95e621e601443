package dev.stethos.inference.generation;

/// Hears, on the device thread, how far a sequence is. Must neither block nor throw.
public interface Milestones {
    /// For sequences that nobody follows.
    Milestones UNWATCHED =
            new Milestones() {
                @Override
                public void started() {}

                @Override
                public void generating() {}

                @Override
                public void token() {}
            };

    /// It left the queue; its prompt is next.
    void started();

    /// Its first token is there.
    void generating();

    /// A token is there, the first one too.
    void token();
}
