package dev.stethos.openai.request;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.stethos.web.ApiException;
import java.util.ArrayList;
import java.util.List;

/// The prompts of a completion request, one or more, all of a kind. JSON: a string, an array of
/// strings, an array of token ids, or an array of such arrays.
sealed interface CompletionPrompt {

    record Texts(List<String> texts) implements CompletionPrompt {
        public Texts {
            texts = List.copyOf(texts);
        }
    }

    /// Ids as given, not yet checked against a vocabulary.
    record Tokens(List<List<Integer>> prompts) implements CompletionPrompt {
        public Tokens {
            prompts = List.copyOf(prompts);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static CompletionPrompt of(JsonNode json) {
        if (json.isTextual()) {
            return new Texts(List.of(json.textValue()));
        }
        if (!json.isArray()) {
            throw wrongType("prompt");
        }
        if (json.isEmpty()) {
            throw ApiException.invalidValue("prompt", "an empty array", "one prompt or more");
        }
        if (json.get(0).isTextual()) {
            return texts(json);
        }
        if (json.get(0).isArray()) {
            List<List<Integer>> prompts = new ArrayList<>();
            for (JsonNode prompt : json) {
                prompts.add(ids("prompt[%d]".formatted(prompts.size()), prompt));
            }
            return new Tokens(prompts);
        }
        return new Tokens(List.of(ids("prompt", json)));
    }

    private static Texts texts(JsonNode json) {
        List<String> texts = new ArrayList<>();
        for (JsonNode text : json) {
            if (!text.isTextual()) {
                throw wrongType("prompt[%d]".formatted(texts.size()));
            }
            texts.add(text.textValue());
        }
        return new Texts(texts);
    }

    private static List<Integer> ids(String where, JsonNode json) {
        if (!json.isArray()) {
            throw wrongType(where);
        }
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : json) {
            if (!id.isIntegralNumber() || !id.canConvertToInt()) {
                throw wrongType("%s[%d]".formatted(where, ids.size()));
            }
            ids.add(id.intValue());
        }
        return ids;
    }

    private static ApiException wrongType(String where) {
        return new ApiException(
                400,
                where,
                "invalid_type",
                where
                        + ": allowed is a string, an array of strings, an array of token ids, or an"
                        + " array of arrays of token ids, not mixed");
    }
}
