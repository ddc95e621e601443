package dev.stethos.gemma.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stethos.gemma.config.ModelJson;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// A `tokenizer.json` of Gemma's kind, read and checked: byte-pair encoding with byte fallback and
/// blanks written as U+2581. `disarmed` is the same file without anything by which text could
/// become a control token, and without truncation, padding and added tokens around a text.
record TokenizerFile(Vocabulary vocabulary, String disarmed) {
    private static final int LARGEST_VOCABULARY = 1 << 24;
    private static final int BYTE_TOKENS = 256;

    static TokenizerFile read(Path folder) {
        ModelJson file = ModelJson.read(folder.resolve("tokenizer.json"));
        ModelJson model = file.object("model");
        requireGemmaKind(file, model);
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : model.object("vocab").node().properties()) {
            ids.put(entry.getKey(), checkedId(model, entry.getKey(), entry.getValue()));
        }
        long byteTokens = ids.keySet().stream().filter(Vocabulary::isByteToken).count();
        if (byteTokens != BYTE_TOKENS) {
            throw model.refuse("vocab", byteTokens + " byte tokens", "all of <0x00> to <0xFF>");
        }
        Map<String, Integer> controls = readAdded(file, ids);
        requireDistinct(model, ids);
        return new TokenizerFile(
                new Vocabulary(ids, controls), disarm((ObjectNode) file.node(), controls.keySet()));
    }

    private static void requireGemmaKind(ModelJson file, ModelJson model) {
        if (!model.text("type", "BPE").equals("BPE")) {
            throw model.refuse("type", model.field("type"), "\"BPE\"");
        }
        if (!model.bool("byte_fallback", false)) {
            throw model.refuse("byte_fallback", "false", "true");
        }
        for (JsonNode step : file.object("decoder").field("decoders")) {
            boolean known =
                    switch (step.path("type").asText()) {
                        case "ByteFallback", "Fuse" -> true;
                        case "Replace" ->
                                step.path("pattern")
                                                .path("String")
                                                .asText()
                                                .equals(Vocabulary.BLANK)
                                        && step.path("content").asText().equals(" ");
                        default -> false;
                    };
            if (!known) {
                throw file.refuse(
                        "decoder",
                        step.toString(),
                        "a Sequence of Replace U+2581 by a blank, ByteFallback and Fuse");
            }
        }
    }

    /// Adds the added tokens to `ids` and returns those of them that are control tokens.
    private static Map<String, Integer> readAdded(ModelJson file, Map<String, Integer> ids) {
        if (!file.field("added_tokens").isArray()) {
            throw file.refuse("added_tokens", file.field("added_tokens"), "an array");
        }
        Map<String, Integer> controls = new LinkedHashMap<>();
        for (JsonNode node : file.field("added_tokens")) {
            ModelJson added = new ModelJson(file.where() + ": added_tokens", node);
            String content = added.text("content");
            if (content.isEmpty() || Vocabulary.isByteToken(content)) {
                throw added.refuse("content", added.field("content"), "text");
            }
            int id = checkedId(added, content, added.field("id"));
            Integer known = ids.put(content, id);
            if (known != null && known != id) {
                throw added.refuse(content, id, "the id it has in the vocabulary, " + known);
            }
            if (added.bool("special", false)) {
                controls.put(content, id);
            }
        }
        return controls;
    }

    private static void requireDistinct(ModelJson model, Map<String, Integer> ids) {
        BitSet seen = new BitSet();
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            boolean again = seen.get(entry.getValue());
            seen.set(entry.getValue());
            if (again) {
                throw model.refuse("token " + entry.getKey(), entry.getValue(), "an id of its own");
            }
        }
    }

    private static int checkedId(ModelJson where, String token, JsonNode id) {
        if (!id.isIntegralNumber()
                || !id.canConvertToInt()
                || id.intValue() < 0
                || id.intValue() >= LARGEST_VOCABULARY) {
            throw where.refuse("token " + token, id, "an id from 0 to " + (LARGEST_VOCABULARY - 1));
        }
        return id.intValue();
    }

    /// A control token's spelling can come about in three ways: as an added token, by a merge, or
    /// as a whole word looked up in the vocabulary.
    private static String disarm(ObjectNode root, Set<String> controls) {
        ObjectNode model = (ObjectNode) root.get("model");
        removeIf(root.get("added_tokens"), token -> token.path("special").asBoolean());
        removeIf(model.path("merges"), merge -> controls.contains(merged(merge)));
        model.put("ignore_merges", false);
        root.putNull("post_processor");
        root.putNull("truncation");
        root.putNull("padding");
        return root.toString();
    }

    private static String merged(JsonNode merge) {
        return merge.isTextual()
                ? merge.textValue().replaceFirst(" ", "")
                : merge.path(0).asText() + merge.path(1).asText();
    }

    private static void removeIf(JsonNode array, Predicate<JsonNode> condition) {
        if (array instanceof ArrayNode) {
            Iterator<JsonNode> elements = array.elements();
            while (elements.hasNext()) {
                if (condition.test(elements.next())) {
                    elements.remove();
                }
            }
        }
    }
}
