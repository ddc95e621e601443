package dev.stethos.fleet;

import dev.stethos.edit.profile.InvalidProfileException;
import dev.stethos.edit.profile.ProfileName;
import dev.stethos.serving.options.ServingOptions;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the fleet is to serve: a profile of the store or `base`, the sha256 of its manifest (which
/// holds the hashes of everything else; null for the base only) and a version, the name of this
/// wish.
record DesiredProfile(String profile, @Nullable String sha256, String version) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    DesiredProfile {
        if (profile.equals(ServingOptions.BASE)) {
            if (sha256 != null) {
                throw new IllegalArgumentException(
                        "desired profile, sha256: '%s' was given, the base has none"
                                .formatted(sha256));
            }
        } else {
            requireName(profile);
            if (sha256 == null || !SHA256.matcher(sha256).matches()) {
                throw new IllegalArgumentException(
                        "desired profile %s, sha256: %s was given, allowed are 64 hexadecimal digits, those of its profile.yaml"
                                .formatted(profile, sha256 == null ? "nothing" : sha256));
            }
        }
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException(
                    "desired profile %s, version: '%s' was given, allowed are 1 to 63 of A-Z a-z 0-9 . _ -, the first a letter or digit"
                            .formatted(profile, version));
        }
    }

    /// Reads a ConfigMap's data; [IllegalArgumentException] says what is wrong with it.
    static DesiredProfile of(@Nullable Map<String, String> data) {
        String unknown =
                String.join(
                        ", ",
                        (data == null ? Stream.<String>of() : data.keySet().stream())
                                .filter(key -> !key.matches("profile|sha256|version"))
                                .sorted()
                                .toList());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "desired profile: %s was given, allowed are profile, sha256 and version"
                            .formatted(unknown));
        }
        String sha256 = data == null ? null : data.get("sha256");
        return new DesiredProfile(
                required(data, "profile"),
                sha256 == null || sha256.isBlank() ? null : sha256.strip(),
                required(data, "version"));
    }

    /// Whether the other one asks for the same weights.
    boolean sameContent(DesiredProfile other) {
        return profile.equals(other.profile) && java.util.Objects.equals(sha256, other.sha256);
    }

    private static String required(@Nullable Map<String, String> data, String key) {
        String value = data == null ? null : data.get(key);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    "desired profile, %s: nothing was given".formatted(key));
        }
        return value.strip();
    }

    private static void requireName(String profile) {
        try {
            ProfileName _ = new ProfileName(profile);
        } catch (InvalidProfileException e) {
            throw new IllegalArgumentException("desired profile, " + e.getMessage(), e);
        }
    }
}
