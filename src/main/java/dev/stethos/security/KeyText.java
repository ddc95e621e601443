package dev.stethos.security;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A key as its holder sends it: `sk-stethos-<id>-<secret>`.
record KeyText(String id, String secret) {
    private static final Pattern FORM =
            Pattern.compile("sk-stethos-([0-9a-f]{12})-([A-Za-z0-9_-]{43})");

    /// Null for what cannot be a key.
    static @Nullable KeyText parse(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches() ? new KeyText(parts.group(1), parts.group(2)) : null;
    }

    String written() {
        return "sk-stethos-" + id + "-" + secret;
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}
