package dev.stethos.security;

import java.util.Arrays;
import java.util.Locale;

/// What a caller may do; [AccessRules] says where.
public enum Role {
    /// Ask the models.
    APP,
    /// Compare models.
    EVALUATOR,
    /// Everything, and alone to change what is served.
    ADMIN;

    /// By the name that [#toString] gives, or [IllegalArgumentException].
    public static Role of(String name) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "role: '%s' was given, allowed is %s"
                                        .formatted(name, Arrays.toString(values()))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
