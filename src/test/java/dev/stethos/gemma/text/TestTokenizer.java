package dev.stethos.gemma.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small `tokenizer.json` in the shape of Gemma's: the same normalizer, pre-tokenizer, decoder,
/// post-processor and kinds of added tokens. It even has merges that spell control tokens.
public final class TestTokenizer {
    static final int PAD = 0;
    static final int EOS = 1;
    static final int BOS = 2;
    static final int MASK = 4;
    static final int START_OF_TURN = 5;
    static final int END_OF_TURN = 6;

    private static final List<String> ADDED =
            List.of(
                    "<pad>",
                    "<eos>",
                    "<bos>",
                    "<unk>",
                    "<mask>",
                    "<start_of_turn>",
                    "<end_of_turn>",
                    "\n",
                    "\n\n",
                    "\t",
                    "▁▁");
    private static final List<String> PLAIN = List.of("<mask>", "\n", "\n\n", "\t", "▁▁");
    private static final List<List<String>> MERGES =
            List.of(
                    List.of("t", "h"),
                    List.of("th", "e"),
                    List.of("▁", "the"),
                    List.of("u", "s"),
                    List.of("us", "er"),
                    List.of("e", "r"),
                    List.of("<", "b"),
                    List.of("o", "s"),
                    List.of("os", ">"),
                    List.of("<b", "os>"),
                    List.of("<", "e"),
                    List.of("<e", "os>"));

    private TestTokenizer() {}

    public static Path write(Path folder) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json().toString());
        return folder;
    }

    public static int size() {
        return json().at("/model/vocab").size();
    }

    public static ObjectNode json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ObjectNode model = mapper.createObjectNode();
        ObjectNode vocab = model.putObject("vocab");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : ADDED) {
            added.addObject()
                    .put("id", vocab.size())
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", !PLAIN.contains(token));
            vocab.put(token, vocab.size());
        }
        for (int b = 0; b < 256; b++) {
            vocab.put("<0x%02X>".formatted(b), vocab.size());
        }
        vocab.put("▁", vocab.size());
        for (char c = '!'; c <= '~'; c++) {
            vocab.put(String.valueOf(c), vocab.size());
        }
        vocab.put("é", vocab.size()).put("😀", vocab.size());
        ArrayNode merges = mapper.createArrayNode();
        for (List<String> merge : MERGES) {
            merges.addArray().add(merge.getFirst()).add(merge.getLast());
            String piece = merge.getFirst() + merge.getLast();
            if (!vocab.has(piece)) {
                vocab.put(piece, vocab.size());
            }
        }
        addPipeline(root);
        root.set("model", describe(model).set("merges", merges));
        return root;
    }

    private static ObjectNode describe(ObjectNode model) {
        return model.put("type", "BPE")
                .putNull("dropout")
                .put("unk_token", "<unk>")
                .put("fuse_unk", true)
                .put("byte_fallback", true)
                .put("ignore_merges", false);
    }

    private static void addPipeline(ObjectNode root) {
        root.putObject("normalizer")
                .put("type", "Replace")
                .put("content", "▁")
                .putObject("pattern")
                .put("String", " ");
        root.putObject("pre_tokenizer")
                .put("type", "Split")
                .put("behavior", "MergedWithPrevious")
                .put("invert", false)
                .putObject("pattern")
                .put("String", " ");
        ObjectNode post = root.putObject("post_processor").put("type", "TemplateProcessing");
        ArrayNode single = post.putArray("single");
        single.addObject().putObject("SpecialToken").put("id", "<bos>").put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        post.putArray("pair").addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ObjectNode bos = post.putObject("special_tokens").putObject("<bos>").put("id", "<bos>");
        bos.putArray("ids").add(BOS);
        bos.putArray("tokens").add("<bos>");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject()
                .put("type", "Replace")
                .put("content", " ")
                .putObject("pattern")
                .put("String", "▁");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
    }
}
