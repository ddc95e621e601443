package dev.stethos.weights;

import static dev.stethos.weights.InvalidWeightsException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// `model.safetensors.index.json`: which shard holds which tensor, by the checkpoint's own names.
record ShardIndex(Map<String, String> shardOfTensor) {
    static final String FILE = "model.safetensors.index.json";

    private static final long MAX_BYTES = 100_000_000;
    private static final Pattern SHARD =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors");

    ShardIndex {
        shardOfTensor = Map.copyOf(shardOfTensor);
    }

    static ShardIndex read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw refused("%d bytes, allowed %d".formatted(Files.size(file), MAX_BYTES));
        }
        try (Reader text =
                        new InputStreamReader(
                                Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder());
                JsonParser parser = StrictJson.parser(text)) {
            return read(parser);
        } catch (JsonProcessingException e) {
            throw new InvalidWeightsException(FILE, "not JSON: " + StrictJson.problem(e), e);
        } catch (CharacterCodingException e) {
            throw new InvalidWeightsException(FILE, "not valid UTF-8", e);
        }
    }

    private static ShardIndex read(JsonParser parser) throws IOException {
        Map<String, String> shardOfTensor = new TreeMap<>();
        Set<String> keys = new HashSet<>();
        expect(parser.nextToken(), JsonToken.START_OBJECT, "the file");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (!keys.add(key)) {
                throw refused("duplicate key " + shown(key));
            }
            JsonToken value = parser.nextToken();
            if (key.equals("weight_map")) {
                expect(value, JsonToken.START_OBJECT, key);
                readMap(parser, shardOfTensor);
            } else {
                parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw refused("goes on after its closing brace");
        }
        if (shardOfTensor.isEmpty()) {
            throw refused("weight_map is missing or empty");
        }
        return new ShardIndex(shardOfTensor);
    }

    private static void readMap(JsonParser parser, Map<String, String> shardOfTensor)
            throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String tensor = parser.currentName();
            expect(parser.nextToken(), JsonToken.VALUE_STRING, "tensor " + shown(tensor));
            String shard = parser.getText();
            if (!SHARD.matcher(shard).matches()) {
                throw refused(
                        "tensor %s: shard '%s', allowed is the name of a .safetensors file beside the index"
                                .formatted(shown(tensor), shown(shard)));
            }
            if (shardOfTensor.put(tensor, shard) != null) {
                throw refused("duplicate tensor " + shown(tensor));
            }
        }
    }

    Set<String> shards() {
        return new TreeSet<>(shardOfTensor.values());
    }

    /// Refuses an opened shard whose tensors are not exactly those that the index says it has.
    void check(SafetensorsFile shard) {
        for (TensorInfo info : shard.tensors()) {
            String place = shardOfTensor.get(info.name());
            if (!shard.name().equals(place)) {
                throw new InvalidWeightsException(
                        shard.name(),
                        "tensor %s is here, the index says %s"
                                .formatted(shown(info.name()), place == null ? "nowhere" : place));
            }
        }
        shardOfTensor.forEach((tensor, place) -> {
            if (place.equals(shard.name()) && !shard.contains(tensor)) {
                throw new InvalidWeightsException(
                        place,
                        "tensor %s is not here, the index says it is".formatted(shown(tensor)));
            }
        });
    }

    private static void expect(JsonToken given, JsonToken allowed, String where) {
        if (given != allowed) {
            throw refused(
                    "%s: %s, allowed is %s"
                            .formatted(where, StrictJson.kind(given), StrictJson.kind(allowed)));
        }
    }

    private static InvalidWeightsException refused(String problem) {
        return new InvalidWeightsException(FILE, problem);
    }
}
