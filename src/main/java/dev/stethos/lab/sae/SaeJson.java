package dev.stethos.lab.sae;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// An SAE's configuration file. What has the wrong type is an [InvalidSaeException] that names file
/// and field.
record SaeJson(String file, JsonNode root) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    static SaeJson read(Path path) {
        String name = String.valueOf(path.getFileName());
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(path));
            if (root == null || !root.isObject()) {
                throw new InvalidSaeException(name + ": not a JSON object");
            }
            return new SaeJson(name, root);
        } catch (IOException e) {
            String problem = Files.isRegularFile(path) ? "not JSON" : "no such file";
            throw new InvalidSaeException(name + ": " + problem, e);
        }
    }

    boolean has(String field) {
        return root.hasNonNull(field);
    }

    /// The object in `field`, or an empty one.
    SaeJson object(String field) {
        return new SaeJson(file, has(field) ? root.path(field) : JSON.createObjectNode());
    }

    int integer(String field) {
        JsonNode value = root.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw refuse(field, "an integer");
        }
        return value.intValue();
    }

    boolean flag(String field, boolean otherwise) {
        if (has(field) && !root.path(field).isBoolean()) {
            throw refuse(field, "true or false");
        }
        return root.path(field).asBoolean(otherwise);
    }

    String text(String field, String otherwise) {
        String found = text(field);
        return found == null ? otherwise : found;
    }

    @Nullable String text(String field) {
        if (has(field) && !root.path(field).isTextual()) {
            throw refuse(field, "text");
        }
        return has(field) ? root.path(field).asText() : null;
    }

    InvalidSaeException refuse(String field, String allowed) {
        JsonNode given = root.path(field);
        return new InvalidSaeException(
                "%s, %s: given %s, allowed %s"
                        .formatted(
                                file, field, given.isMissingNode() ? "nothing" : given, allowed));
    }
}
