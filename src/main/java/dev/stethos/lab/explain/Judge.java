package dev.stethos.lab.explain;

/// A language model that is asked one question at a time. Safe from several threads.
@FunctionalInterface
public interface Judge {
    /// Its answer's text; a judge that cannot be reached or refuses is a [JudgeException].
    String answer(String question);
}
