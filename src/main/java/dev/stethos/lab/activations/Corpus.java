package dev.stethos.lab.activations;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.gemma.text.ChatTemplate.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A text file as documents, in order. Every line of text that is not blank is one. A line of a
/// `.jsonl` file is an object: with `problem` and `solution` a chat of two turns, with `text` plain
/// text; `type`, where it has one, is the group. Documents longer than the context are cut into
/// pieces that begin with BOS.
public final class Corpus {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private final Gemma3Model model;
    private final int context;

    /// A document's tokens and its group, if the file names one.
    public record Entry(Document document, @Nullable String group) {}

    /// Cuts documents at `context` tokens.
    public Corpus(Gemma3Model model, int context) {
        if (context < 2 || context > model.config().maxPositions()) {
            throw new IllegalArgumentException(
                    "context of %d tokens, allowed 2 to %d"
                            .formatted(context, model.config().maxPositions()));
        }
        this.model = model;
        this.context = context;
    }

    public List<Document> documents(Path file) {
        return read(file).stream().map(Entry::document).toList();
    }

    /// Every refusal is an [IllegalArgumentException] that names the file and the line.
    public List<Entry> read(Path file) {
        String name = String.valueOf(file.getFileName());
        List<Entry> entries = new ArrayList<>();
        int line = 0;
        for (String text : lines(file, name)) {
            line++;
            if (!text.isBlank()) {
                String where = name + ", line " + line;
                if (name.endsWith(".jsonl")) {
                    addObject(text, name + ":" + line, where, entries);
                } else {
                    addPieces(plain(text), name + ":" + line, null, entries);
                }
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException(
                    name + ": it has no documents, allowed is one or more");
        }
        return entries;
    }

    private static List<String> lines(Path file, String name) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(name + ": it is not UTF-8", e);
        } catch (IOException e) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(name + ": no such file", e);
            }
            throw new UncheckedIOException(name, e);
        }
    }

    private void addObject(String json, String id, String where, List<Entry> entries) {
        JsonNode item;
        try {
            item = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(where + ": not JSON: " + e.getOriginalMessage(), e);
        }
        String group = item.path("type").isTextual() ? item.path("type").asText() : null;
        JsonNode problem = item.path("problem");
        JsonNode solution = item.path("solution");
        if (problem.isTextual() && solution.isTextual()) {
            int[] tokens =
                    model.chatTemplate()
                            .encode(
                                    List.of(
                                            new Message("user", problem.asText()),
                                            new Message("assistant", solution.asText())),
                                    false);
            addPieces(tokens, id, group, entries);
        } else if (item.path("text").isTextual()) {
            addPieces(plain(item.path("text").asText()), id, group, entries);
        } else {
            throw new IllegalArgumentException(
                    where + ": allowed is an object with text, or with problem and solution");
        }
    }

    private int[] plain(String text) {
        int[] tokens = model.tokenizer().encode(text);
        int[] all = new int[tokens.length + 1];
        all[0] = model.tokenizer().bos();
        System.arraycopy(tokens, 0, all, 1, tokens.length);
        return all;
    }

    private void addPieces(int[] tokens, String id, @Nullable String group, List<Entry> entries) {
        Document whole = Document.of(id, tokens, model.tokenizer());
        if (tokens.length <= context) {
            entries.add(new Entry(whole, group));
            return;
        }
        int begin = 0;
        for (int piece = 1; begin < tokens.length; piece++) {
            int lead = begin == 0 ? 0 : 1;
            int end = Math.min(tokens.length, begin + context - lead);
            int[] part = new int[end - begin + lead];
            part[0] = model.tokenizer().bos();
            System.arraycopy(tokens, begin, part, lead, end - begin);
            int from = begin;
            int[] kept =
                    Arrays.stream(whole.kept())
                            .filter(at -> at >= from && at < end)
                            .map(at -> at - from + lead)
                            .toArray();
            entries.add(new Entry(new Document(id + "/" + piece, part, kept), group));
            begin = end;
        }
    }
}
