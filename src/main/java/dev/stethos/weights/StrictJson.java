package dev.stethos.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/// The one JSON parser of this package: limits on depth and lengths, no interning of foreign names.
final class StrictJson {
    private static final int MAX_DEPTH = 4;
    private static final int MAX_NAME = 1_024;
    private static final int MAX_NUMBER = 24;
    private static final int MAX_STRING = 10_000_000;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNameLength(MAX_NAME)
                                    .maxNumberLength(MAX_NUMBER)
                                    .maxStringLength(MAX_STRING)
                                    .build())
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build();

    private StrictJson() {}

    static JsonParser parser(Reader json) throws IOException {
        return FACTORY.createParser(json);
    }

    /// What is wrong and where, without the document's text around it.
    static String problem(JsonProcessingException e) {
        String problem = InvalidWeightsException.shown(e.getOriginalMessage());
        return e.getLocation() == null
                ? problem
                : problem + " at character " + e.getLocation().getCharOffset();
    }

    /// A token's kind as messages name it.
    static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> token.name();
        };
    }
}
