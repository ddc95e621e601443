package dev.stethos.gemma.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// A JSON object of a model folder and its place (`config.json: text_config`), so that whatever is
/// wrong with a field can be said precisely. A field that is null counts as absent.
public record ModelJson(String where, JsonNode node) {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    public ModelJson {
        if (!node.isObject()) {
            throw new InvalidModelException(
                    where + ": given " + kind(node) + ", allowed a JSON object");
        }
    }

    public static ModelJson read(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            return parse(name, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new InvalidModelException(name + " is missing from the model folder", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Bytes of no encoding that JSON may have are no different from other wrong ones.
    private static ModelJson parse(String name, byte[] bytes) {
        try {
            return new ModelJson(name, MAPPER.readTree(bytes));
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(
                    name + " is not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidModelException(name + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    public JsonNode field(String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            throw new InvalidModelException(where + ", " + field + ": missing");
        }
        return value;
    }

    public ModelJson object(String field) {
        return new ModelJson(where + ": " + field, field(field));
    }

    int integer(String field) {
        JsonNode value = field(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw refuse(field, value, "a 32-bit integer");
        }
        return value.intValue();
    }

    int integer(String field, int otherwise) {
        return has(field) ? integer(field) : otherwise;
    }

    double number(String field) {
        JsonNode value = field(field);
        if (!value.isNumber()) {
            throw refuse(field, value, "a number");
        }
        return value.doubleValue();
    }

    double number(String field, double otherwise) {
        return has(field) ? number(field) : otherwise;
    }

    public boolean bool(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = field(field);
        if (!value.isBoolean()) {
            throw refuse(field, value, "true or false");
        }
        return value.booleanValue();
    }

    public String text(String field) {
        JsonNode value = field(field);
        if (!value.isTextual()) {
            throw refuse(field, value, "a string");
        }
        return value.textValue();
    }

    public String text(String field, String otherwise) {
        return has(field) ? text(field) : otherwise;
    }

    public InvalidModelException refuse(String field, JsonNode given, String allowed) {
        return refuse(field, kind(given), allowed);
    }

    public InvalidModelException refuse(String field, Object given, String allowed) {
        return new InvalidModelException(
                where + ", " + field + ": given " + given + ", allowed " + allowed);
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT -> "an object";
            case MISSING -> "nothing";
            case BINARY, BOOLEAN, NULL, NUMBER, POJO, STRING -> node.toString();
        };
    }
}
