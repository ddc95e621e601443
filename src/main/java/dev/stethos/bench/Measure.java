package dev.stethos.bench;

import org.jspecify.annotations.Nullable;

/// One measured number by name and unit.
///
/// @param floor the best that the value could be here, null where none is known
/// @param ratio the share of the floor that was reached, or for a quotient the quotient; null
///   without a floor
public record Measure(
        String name, double value, String unit, @Nullable Double floor, @Nullable Double ratio) {

    public static Measure of(String name, double value, String unit) {
        return new Measure(name, value, unit, null, null);
    }

    /// A time beside the least that it can be.
    static Measure time(String name, double value, String unit, double floor) {
        return new Measure(name, value, unit, floor, floor / value);
    }

    /// A rate beside the most that it can be.
    static Measure rate(String name, double value, String unit, double floor) {
        return new Measure(name, value, unit, floor, value / floor);
    }
}
