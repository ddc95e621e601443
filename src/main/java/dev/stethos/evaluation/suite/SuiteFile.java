package dev.stethos.evaluation.suite;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.stethos.evaluation.grading.AnswerEquivalence;
import dev.stethos.evaluation.grading.AnswerExtraction;
import dev.stethos.yaml.StrictYaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A suite as its YAML file spells it; unknown keys are errors.
///
/// @param items where the problems lie, nothing where they are given when the suite is used
/// @param control text with one document a line, nothing for none
record SuiteFile(
        @JsonProperty(required = true) String name,
        @Nullable String items,
        @JsonProperty(required = true) List<String> subjects,
        @JsonProperty(required = true) PromptKeys prompt,
        @JsonProperty(value = "max-tokens", required = true) int maxTokens,
        @JsonProperty(required = true) List<String> stop,
        @JsonProperty(required = true) AnswerExtraction extraction,
        @JsonProperty(required = true) AnswerEquivalence equivalence,
        @Nullable String control) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .build();

    /// @param shotsOf a suite of this build whose shots are taken
    record PromptKeys(
            @JsonProperty(required = true) Prompt.Style style,
            @JsonProperty(required = true) String text,
            @Nullable List<Prompt.Shot> shots,
            @JsonProperty("shots-of") @Nullable String shotsOf) {

        Prompt prompt() {
            if (shots != null && shotsOf != null) {
                throw new IllegalArgumentException(
                        "prompt: shots and shots-of were given, allowed is one of them");
            }
            List<Prompt.Shot> taken =
                    shotsOf == null ? List.of() : Suite.named(shotsOf).prompt().shots();
            return new Prompt(style, text, shots == null ? taken : shots);
        }
    }

    /// @param where the file's name, for messages
    /// @param place what a path in the file means
    static Suite parse(byte[] yaml, String where, Function<String, Source> place) {
        try {
            JsonNode tree = StrictYaml.read(yaml);
            refuseNulls(tree, "");
            return JSON.treeToValue(tree, SuiteFile.class).suite(place);
        } catch (JsonProcessingException e) {
            throw new SuiteException("suite " + where + ": " + key(e) + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new SuiteException("suite " + where + ": " + e.getMessage(), e);
        }
    }

    private Suite suite(Function<String, Source> place) {
        return new Suite(
                name,
                items == null ? null : place.apply(items),
                subjects,
                prompt.prompt(),
                maxTokens,
                stop,
                extraction,
                equivalence,
                control == null ? null : place.apply(control));
    }

    /// Where in the file a value is that does not fit.
    private static String key(JsonProcessingException e) {
        String key =
                e instanceof JsonMappingException mapping
                        ? mapping.getPath().stream()
                                .map(JsonMappingException.Reference::getFieldName)
                                .filter(Objects::nonNull)
                                .collect(Collectors.joining("."))
                        : "";
        return key.isEmpty() ? "" : key + ": ";
    }

    private static void refuseNulls(JsonNode tree, String key) {
        List<String> keys = new ArrayList<>();
        tree.fieldNames().forEachRemaining(keys::add);
        for (String name : keys) {
            refuseNulls(tree.get(name), name);
        }
        for (int element = 0; tree.isArray() && element < tree.size(); element++) {
            refuseNulls(tree.get(element), key);
        }
        if (tree.isNull() || tree.isMissingNode()) {
            throw new IllegalArgumentException(key + ": nothing was given, allowed is a value");
        }
    }
}
