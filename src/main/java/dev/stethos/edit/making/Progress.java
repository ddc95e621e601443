package dev.stethos.edit.making;

/// Told how the making of a profile goes on: phases of known size, and how much of the current one
/// was just done.
public interface Progress {
    /// Tells nobody.
    Progress NONE =
            new Progress() {
                @Override
                public void begin(String phase, long total) {}

                @Override
                public void advance(long more) {}
            };

    void begin(String phase, long total);

    void advance(long more);
}
