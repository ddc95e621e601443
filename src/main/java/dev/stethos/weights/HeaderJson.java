package dev.stethos.weights;

import static dev.stethos.weights.InvalidWeightsException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The JSON of a safetensors header, read token by token: one object of tensor entries and an
/// optional `__metadata__` of strings. Keys that the format does not have, or that come twice, are
/// refused.
final class HeaderJson {
    private static final String METADATA = "__metadata__";

    private final String file;
    private final JsonParser parser;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> tensors = new ArrayList<>();

    private HeaderJson(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    static HeaderJson parse(String file, Reader json) throws IOException {
        try (JsonParser parser = StrictJson.parser(json)) {
            HeaderJson header = new HeaderJson(file, parser);
            header.readObject();
            return header;
        } catch (JsonProcessingException e) {
            throw new InvalidWeightsException(
                    file, "header is not JSON: " + StrictJson.problem(e), e);
        }
    }

    Map<String, String> metadata() {
        return metadata;
    }

    List<Entry> tensors() {
        return tensors;
    }

    private void readObject() throws IOException {
        Set<String> names = new HashSet<>();
        expect(JsonToken.START_OBJECT, "header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (!names.add(name)) {
                throw new InvalidWeightsException(
                        file, "duplicate key " + shown(name) + " in the header");
            }
            if (name.equals(METADATA)) {
                readMetadata();
            } else {
                readTensor(name);
            }
        }
        if (parser.nextToken() != null) {
            throw new InvalidWeightsException(file, "header goes on after its closing brace");
        }
    }

    private void readMetadata() throws IOException {
        expect(JsonToken.START_OBJECT, METADATA);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            expect(JsonToken.VALUE_STRING, METADATA + " key " + shown(key));
            if (metadata.put(key, parser.getText()) != null) {
                throw new InvalidWeightsException(
                        file, "duplicate key " + shown(key) + " in " + METADATA);
            }
        }
    }

    private void readTensor(String name) throws IOException {
        String where = "tensor " + shown(name);
        if (name.isEmpty()) {
            throw new InvalidWeightsException(file, "a tensor's name is empty");
        }
        if (tensors.size() == SafetensorsHeader.MAX_TENSORS) {
            throw new InvalidWeightsException(
                    file, "more than " + SafetensorsHeader.MAX_TENSORS + " tensors");
        }
        expect(JsonToken.START_OBJECT, where);
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        Set<String> keys = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            String at = where + ", " + shown(key);
            if (!keys.add(key)) {
                throw new InvalidWeightsException(file, at + ": duplicate key");
            }
            switch (key) {
                case "dtype" -> dtype = readDType(where);
                case "shape" -> shape = readLongs(at, TensorInfo.MAX_RANK);
                case "data_offsets" -> offsets = readLongs(at, 2);
                default ->
                        throw new InvalidWeightsException(
                                file, at + ": allowed are dtype, shape, data_offsets");
            }
        }
        tensors.add(entry(name, dtype, shape, offsets));
    }

    private Entry entry(
            String name,
            @Nullable DType dtype,
            @Nullable List<Long> shape,
            @Nullable List<Long> offsets) {
        if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new InvalidWeightsException(
                    file,
                    "tensor %s: needs dtype, shape and two data_offsets".formatted(shown(name)));
        }
        Entry entry = new Entry(name, dtype, shape, offsets.get(0), offsets.get(1));
        if (entry.begin > entry.end) {
            throw entry.refused(
                    file,
                    "data_offsets %s, the first must not exceed the second".formatted(offsets));
        }
        entry.checkSize(file);
        return entry;
    }

    private DType readDType(String where) throws IOException {
        expect(JsonToken.VALUE_STRING, where + ", dtype");
        try {
            return DType.named(parser.getText());
        } catch (IllegalArgumentException e) {
            throw new InvalidWeightsException(file, where + ": " + e.getMessage(), e);
        }
    }

    private List<Long> readLongs(String where, int most) throws IOException {
        expect(JsonToken.START_ARRAY, where);
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (values.size() == most) {
                throw new InvalidWeightsException(file, where + ": more than " + most + " numbers");
            }
            boolean whole =
                    parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                            && parser.getText().charAt(0) != '-'
                            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!whole) {
                throw new InvalidWeightsException(
                        file,
                        "%s: %s, allowed are whole numbers from 0 to 2^63 - 1"
                                .formatted(where, shown(parser.getText())));
            }
            values.add(parser.getLongValue());
        }
        return values;
    }

    private void expect(JsonToken token, String where) throws IOException {
        JsonToken given = parser.nextToken();
        if (given != token) {
            throw new InvalidWeightsException(
                    file,
                    "%s: %s, allowed is %s"
                            .formatted(where, StrictJson.kind(given), StrictJson.kind(token)));
        }
    }

    /// One tensor entry; offsets count from the first data byte.
    record Entry(String name, DType dtype, List<Long> shape, long begin, long end) {
        InvalidWeightsException refused(String file, String problem) {
            return new InvalidWeightsException(file, "tensor " + shown(name) + ": " + problem);
        }

        void checkSize(String file) {
            TensorInfo _ = toInfo(file, 0);
        }

        TensorInfo toInfo(String file, long dataBegin) {
            try {
                return new TensorInfo(name, dtype, shape, dataBegin + begin, dataBegin + end);
            } catch (IllegalArgumentException e) {
                throw new InvalidWeightsException(
                        file, "tensor " + shown(name) + ": " + e.getMessage(), e);
            }
        }
    }
}
