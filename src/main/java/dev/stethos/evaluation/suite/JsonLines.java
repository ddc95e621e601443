package dev.stethos.evaluation.suite;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// JSON lines in UTF-8: one object a line, blank lines between them, a byte order mark before them.
/// Every refusal names its line.
final class JsonLines {
    private static final int LONGEST_LINE = 4 << 20;
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final InputStream in;
    private final String where;
    private int number;

    private JsonLines(InputStream in, String where) {
        this.in = new BufferedInputStream(in);
        this.where = where;
    }

    /// @param where the file's name, for messages
    static void read(InputStream in, String where, Consumer<ItemRow> each) throws IOException {
        JsonLines lines = new JsonLines(in, where);
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (!line.isBlank()) {
                each.accept(new ItemRow(lines.here(), lines.number, lines.json(line)));
            }
        }
    }

    private @Nullable String next() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        number++;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (bytes.size() == LONGEST_LINE) {
                throw new SuiteException(
                        "%s: over %d bytes, allowed are fewer".formatted(here(), LONGEST_LINE));
            }
            bytes.write(next);
        }
        try {
            String line =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()))
                            .toString();
            return number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line;
        } catch (CharacterCodingException e) {
            throw new SuiteException(here() + ": not valid UTF-8", e);
        }
    }

    private String here() {
        return where + ", line " + number;
    }

    private JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new SuiteException(here() + ": not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
