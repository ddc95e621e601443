package dev.stethos.tiny;

/// Told how a long run goes on: phases with a known number of steps, and lines of text between
/// them.
public interface Progress {
    void begin(String phase, long steps);

    /// `done` steps of the current phase; `note` is short and may change every time.
    void advance(long done, String note);

    void end();

    void say(String line);
}
