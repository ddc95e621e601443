package dev.stethos.tiny.problems;

import java.util.Locale;

/// The seven subjects of the MATH benchmark, in its order, with its display names.
public enum Subject {
    PREALGEBRA("Prealgebra"),
    ALGEBRA("Algebra"),
    NUMBER_THEORY("Number Theory"),
    COUNTING_AND_PROBABILITY("Counting & Probability"),
    GEOMETRY("Geometry"),
    INTERMEDIATE_ALGEBRA("Intermediate Algebra"),
    PRECALCULUS("Precalculus");

    private final String displayName;

    Subject(String displayName) {
        this.displayName = displayName;
    }

    public String displayName() {
        return displayName;
    }

    /// Lower-case name as files and options spell it.
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
