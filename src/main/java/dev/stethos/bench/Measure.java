package dev.stethos.bench;

import org.jspecify.annotations.Nullable;

/// One measured number by name and unit.
///
/// @param floor the least that the value could be, null where none is known
/// @param ratio value over floor, null without a floor
public record Measure(
        String name, double value, String unit, @Nullable Double floor, @Nullable Double ratio) {

    static Measure of(String name, double value, String unit) {
        return new Measure(name, value, unit, null, null);
    }
}
