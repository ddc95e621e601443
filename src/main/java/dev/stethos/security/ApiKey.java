package dev.stethos.security;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is known of a key: its holder's name, the public half of its text, the hash of the secret
/// half, what it is for and until when.
record ApiKey(
        String name,
        String id,
        KeyHash hash,
        Set<Role> roles,
        KeyLimits limits,
        @Nullable Instant expires) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    ApiKey {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: allowed are 1 to 64 letters, digits and . _ @ -");
        }
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id: allowed are 12 hex digits");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException(
                    "roles: none was given, allowed is one or more of " + List.of(Role.values()));
        }
        roles = Set.copyOf(roles);
    }

    boolean isValidAt(Instant time) {
        return expires == null || time.isBefore(expires);
    }

    /// The key as one line of a keys file.
    String line() {
        StringBuilder line =
                new StringBuilder(
                        "- {name: \"%s\", id: \"%s\", hash: \"%s\", roles: [%s]"
                                .formatted(name, id, hash, roleNames()));
        if (limits.requestsPerMinute() != null) {
            line.append(", requests-per-minute: ").append(limits.requestsPerMinute());
        }
        if (limits.tokensPerMinute() != null) {
            line.append(", tokens-per-minute: ").append(limits.tokensPerMinute());
        }
        if (expires != null) {
            line.append(", expires: \"").append(expires).append('"');
        }
        return line.append('}').toString();
    }

    String roleNames() {
        return EnumSet.copyOf(roles).stream().map(Role::toString).collect(Collectors.joining(", "));
    }
}
