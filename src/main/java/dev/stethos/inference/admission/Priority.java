package dev.stethos.inference.admission;

/// Who goes first where slots, memory or the device's time are short.
public enum Priority {
    /// Somebody waits for the answer.
    INTERACTIVE,
    /// Evaluations and other bulk work: takes what interactive requests leave, gives it back when
    /// they want it, and has a documented minimum.
    BACKGROUND
}
