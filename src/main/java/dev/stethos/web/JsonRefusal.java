package dev.stethos.web;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says in the API's words why the JSON library refused a body: where, what was given, what is
/// allowed. Its own messages name Java types and are not passed on.
final class JsonRefusal {
    /// The library's words for what it found; the value itself is gone by then.
    private static final Pattern KIND_OF_VALUE =
            Pattern.compile("(?:from|coerce) ([A-Z][a-z-]+) value");

    /// Hints to programmers in the library's messages, which no client can follow.
    private static final Pattern HINT =
            Pattern.compile("(: enable `|, from `|\\n).*", Pattern.DOTALL);

    private JsonRefusal() {}

    static ApiException of(JacksonException cause) {
        ApiException own = ownRefusal(cause);
        if (own != null) {
            return own;
        }
        return switch (cause) {
            case StreamConstraintsException tooMuch ->
                    new ApiException(413, null, "body_too_large", "body: " + withoutHint(tooMuch));
            case UnrecognizedPropertyException unknown ->
                    new ApiException(
                            400,
                            path(unknown),
                            "unknown_parameter",
                            path(unknown) + ": this field is not known here");
            case MismatchedInputException mismatch -> wrongType(mismatch, mismatch.getTargetType());
            case JsonMappingException mapping
                    when mapping.getCause() instanceof InputCoercionException range ->
                    wrongType(mapping, range.getTargetType());
            case JsonMappingException mapping
                    when mapping.getCause() instanceof JacksonException inner ->
                    of(inner);
            default -> malformed(cause);
        };
    }

    /// A record's own refusal, thrown while it was being read.
    private static @Nullable ApiException ownRefusal(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof ApiException own) {
                return own;
            }
        }
        return null;
    }

    private static ApiException malformed(JacksonException cause) {
        JsonLocation at = cause.getLocation();
        String where =
                at == null
                        ? "body"
                        : "body, line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
        return new ApiException(
                400, null, "invalid_json", where + ": not valid JSON: " + withoutHint(cause));
    }

    private static ApiException wrongType(
            JsonMappingException mismatch, @Nullable Class<?> target) {
        String param = path(mismatch);
        if (mismatch.getOriginalMessage().startsWith("Trailing token")) {
            return new ApiException(
                    400, null, "invalid_json", "body: something follows the JSON value");
        }
        if (param.isEmpty()) {
            return new ApiException(
                    400,
                    null,
                    "invalid_type",
                    "body: %s was given, allowed is an object".formatted(given(mismatch)));
        }
        return new ApiException(
                400,
                param,
                "invalid_type",
                "%s: %s was given, allowed is %s"
                        .formatted(param, given(mismatch), allowed(target)));
    }

    /// The field as a client would write it: `messages[0].content`.
    private static String path(JsonMappingException cause) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : cause.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String given(JsonMappingException cause) {
        Matcher kind = KIND_OF_VALUE.matcher(cause.getOriginalMessage());
        return switch (kind.find() ? kind.group(1) : "") {
            case "String" -> "a string";
            case "Integer" -> "an integer";
            case "Floating-point" -> "a fraction";
            case "Boolean" -> "a boolean";
            case "Array" -> "an array";
            case "Object" -> "an object";
            default -> "a value of another type or out of range";
        };
    }

    private static String allowed(@Nullable Class<?> target) {
        if (target == null) {
            return "another type";
        } else if (target == Integer.class || target == int.class) {
            return "an integer of 32 bits";
        } else if (target == Long.class || target == long.class) {
            return "an integer of 64 bits";
        } else if (Number.class.isAssignableFrom(target) || target == double.class) {
            return "a number";
        } else if (target == Boolean.class || target == boolean.class) {
            return "true or false";
        } else if (target == String.class) {
            return "a string";
        } else if (Collection.class.isAssignableFrom(target) || target.isArray()) {
            return "an array";
        } else if (Map.class.isAssignableFrom(target) || target.isRecord()) {
            return "an object";
        }
        return "another type";
    }

    private static String withoutHint(JacksonException cause) {
        return HINT.matcher(cause.getOriginalMessage()).replaceFirst("");
    }
}
