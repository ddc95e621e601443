package dev.stethos.tiny.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A vocabulary as `tokenizer.json` and `tokenizer_config.json`, with the normalizer, byte fallback
/// and decoder of Gemma 3's tokenizer. The same vocabulary gives the same bytes.
public final class TokenizerJson {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private TokenizerJson() {}

    /// Content of the two files by name.
    public static Map<String, byte[]> files(Vocabulary vocabulary, int maxLength) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("tokenizer.json", bytes(tokenizer(vocabulary)));
        files.put("tokenizer_config.json", bytes(config(maxLength)));
        return files;
    }

    private static Map<String, Object> tokenizer(Vocabulary vocabulary) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", "1.0");
        root.put("truncation", null);
        root.put("padding", null);
        root.put("added_tokens", addedTokens());
        root.put(
                "normalizer",
                object(
                        "type",
                        "Replace",
                        "pattern",
                        object("String", " "),
                        "content",
                        WordSplitter.BLANK));
        root.put(
                "pre_tokenizer",
                object(
                        "type",
                        "Split",
                        "pattern",
                        object("String", " "),
                        "behavior",
                        "MergedWithPrevious",
                        "invert",
                        false));
        root.put("post_processor", postProcessor());
        root.put(
                "decoder",
                object(
                        "type",
                        "Sequence",
                        "decoders",
                        List.of(
                                object(
                                        "type", "Replace",
                                        "pattern", object("String", WordSplitter.BLANK),
                                        "content", " "),
                                object("type", "ByteFallback"),
                                object("type", "Fuse"))));
        root.put("model", model(vocabulary));
        return root;
    }

    private static Map<String, Object> model(Vocabulary vocabulary) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("dropout", null);
        model.put("unk_token", Vocabulary.controls().get(Vocabulary.UNKNOWN));
        model.put("continuing_subword_prefix", null);
        model.put("end_of_word_suffix", null);
        model.put("fuse_unk", true);
        model.put("byte_fallback", true);
        model.put("ignore_merges", false);
        model.put("vocab", vocabulary.ids());
        model.put(
                "merges",
                vocabulary.merges().stream()
                        .map(merge -> List.of(merge.left(), merge.right()))
                        .toList());
        return model;
    }

    private static List<Map<String, Object>> addedTokens() {
        List<Map<String, Object>> added = new ArrayList<>();
        new TreeMap<>(Vocabulary.controls())
                .forEach((id, content) ->
                        added.add(
                                object(
                                        "id", id,
                                        "content", content,
                                        "single_word", false,
                                        "lstrip", false,
                                        "rstrip", false,
                                        "normalized", false,
                                        "special", true)));
        return added;
    }

    private static Map<String, Object> postProcessor() {
        String bos = Vocabulary.controls().getOrDefault(Vocabulary.BOS, "");
        Map<String, Object> start = object("SpecialToken", object("id", bos, "type_id", 0));
        Map<String, Object> first = object("Sequence", object("id", "A", "type_id", 0));
        Map<String, Object> second = object("Sequence", object("id", "B", "type_id", 1));
        Map<String, Object> restart = object("SpecialToken", object("id", bos, "type_id", 1));
        return object(
                "type",
                "TemplateProcessing",
                "single",
                List.of(start, first),
                "pair",
                List.of(start, first, restart, second),
                "special_tokens",
                object(
                        bos,
                        object("id", bos, "ids", List.of(Vocabulary.BOS), "tokens", List.of(bos))));
    }

    private static Map<String, Object> config(int maxLength) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("tokenizer_class", "GemmaTokenizerFast");
        root.put("add_bos_token", true);
        root.put("add_eos_token", false);
        root.put("bos_token", Vocabulary.controls().get(Vocabulary.BOS));
        root.put("eos_token", Vocabulary.controls().get(Vocabulary.EOS));
        root.put("pad_token", Vocabulary.controls().get(Vocabulary.PAD));
        root.put("unk_token", Vocabulary.controls().get(Vocabulary.UNKNOWN));
        root.put("clean_up_tokenization_spaces", false);
        root.put("model_max_length", maxLength);
        return root;
    }

    private static Map<String, Object> object(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }

    private static byte[] bytes(Object value) {
        try {
            return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tokenizer cannot be written as JSON", e);
        }
    }
}
