package dev.stethos.security;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.yaml.StrictYaml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A keys file: a YAML list with one key an item, as [ApiKey#line] writes it. Whatever is wrong
/// with it is an [AccessException] that says where and repeats no hash.
final class KeyFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "id",
                    "hash",
                    "roles",
                    "requests-per-minute",
                    "tokens-per-minute",
                    "expires");

    private final Path path;

    KeyFile(Path path) {
        this.path = path;
    }

    /// The bytes as they are now, whatever links lead to them.
    byte[] bytes() {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] bytes = file.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw refused("it has more than " + MAX_BYTES + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw refused("it cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    List<ApiKey> parse(byte[] bytes) {
        JsonNode list;
        try {
            list = StrictYaml.read(bytes);
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        }
        if (!list.isArray()) {
            throw refused("it is no list; allowed is a list of keys, [] for none");
        }
        List<ApiKey> keys = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode item : list) {
            String where = "key " + (keys.size() + 1);
            try {
                ApiKey key = key(item);
                if (!seen.add("name " + key.name()) || !seen.add("id " + key.id())) {
                    throw new IllegalArgumentException("its name or id is there twice");
                }
                keys.add(key);
            } catch (IllegalArgumentException e) {
                throw refused(where + ": " + e.getMessage(), e);
            }
        }
        return keys;
    }

    private static ApiKey key(JsonNode item) {
        if (!item.isObject()) {
            throw new IllegalArgumentException("allowed is a mapping of " + sorted(FIELDS));
        }
        for (Map.Entry<String, JsonNode> field : item.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalArgumentException(
                        "a field is unknown, allowed are " + sorted(FIELDS));
            }
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        item.path("roles").forEach(role -> roles.add(Role.of(role.asText())));
        return new ApiKey(
                text(item, "name"),
                text(item, "id"),
                KeyHash.parse(text(item, "hash")),
                roles,
                new KeyLimits(
                        number(item, "requests-per-minute"), number(item, "tokens-per-minute")),
                expires(item));
    }

    private static String text(JsonNode item, String field) {
        JsonNode value = item.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + ": it is required, as text in quotes");
        }
        return value.textValue();
    }

    private static @Nullable Long number(JsonNode item, String field) {
        JsonNode value = item.get(field);
        if (value == null) {
            return null;
        }
        if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(field + ": allowed is a whole number");
        }
        return value.longValue();
    }

    private static @Nullable Instant expires(JsonNode item) {
        if (item.get("expires") == null) {
            return null;
        }
        try {
            return Instant.parse(text(item, "expires"));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "expires: allowed is a time like \"2027-01-31T00:00:00Z\"", e);
        }
    }

    private static String sorted(Set<String> names) {
        String[] all = names.toArray(String[]::new);
        Arrays.sort(all);
        return String.join(", ", all);
    }

    private AccessException refused(String problem) {
        return new AccessException("keys file " + path + ": " + problem);
    }

    private AccessException refused(String problem, Exception cause) {
        return new AccessException("keys file " + path + ": " + problem, cause);
    }
}
