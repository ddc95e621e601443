package dev.stethos.evaluation.algebra;

/// Whether two answers are the same.
public enum Agreement {
    SAME,
    DIFFERENT,
    /// Neither could be shown within the limits of size and time.
    UNDECIDED;

    /// Of two parts that both have to be the same.
    Agreement and(Agreement other) {
        if (this == DIFFERENT || other == DIFFERENT) {
            return DIFFERENT;
        }
        return this == SAME ? other : UNDECIDED;
    }

    /// Of two ways of which either is enough.
    Agreement or(Agreement other) {
        if (this == SAME || other == SAME) {
            return SAME;
        }
        return this == DIFFERENT ? other : UNDECIDED;
    }
}
