package dev.stethos.lab.activations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.stethos.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `manifest.json` of a folder of activations says: where they come from, and the shards that
/// are done. `tokens` counts the kept tokens of all shards, done or not.
///
/// @param revision the id of the weights that ran
/// @param corpusSha256 of the corpus file
/// @param excluded which tokens were left out
public record ActivationManifest(
        int schema,
        String model,
        String revision,
        String corpus,
        String corpusSha256,
        int context,
        String excluded,
        String dtype,
        List<Place> hookpoints,
        long documents,
        long tokens,
        int shardCount,
        List<Shard> shards) {
    static final int SCHEMA = 1;
    static final String EXCLUDED = "bos, other control tokens and chat markers";
    private static final String FILE = "manifest.json";
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

    public ActivationManifest {
        hookpoints = List.copyOf(hookpoints);
        shards = List.copyOf(shards);
        if (schema != SCHEMA || hookpoints.isEmpty() || shards.size() > shardCount) {
            throw new IllegalArgumentException(
                    "schema %d with %d hookpoints and %d of %d shards, allowed is schema %d"
                            .formatted(
                                    schema, hookpoints.size(), shards.size(), shardCount, SCHEMA));
        }
    }

    /// A hookpoint, its name in transformers, and its width.
    public record Place(String hookpoint, String module, int width) {
        static Place of(Hookpoint hookpoint, int width) {
            return new Place(hookpoint.toString(), hookpoint.module(), width);
        }
    }

    /// A finished file with a tensor `[tokens, width]` for every hookpoint.
    public record Shard(
            String file, String firstDocument, int documents, int tokens, String sha256) {}

    public boolean complete() {
        return shards.size() == shardCount;
    }

    ActivationManifest withShards(List<Shard> done) {
        return new ActivationManifest(
                schema,
                model,
                revision,
                corpus,
                corpusSha256,
                context,
                excluded,
                dtype,
                hookpoints,
                documents,
                tokens,
                shardCount,
                done);
    }

    /// The folder's manifest, or null when it has none.
    static @Nullable ActivationManifest read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(Files.readAllBytes(file), ActivationManifest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    FILE + ": not a manifest of activations: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE, e);
        }
    }

    void write(Path folder) {
        try {
            String text = JSON.writeValueAsString(this) + "\n";
            AtomicFile.write(folder.resolve(FILE), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(FILE, e);
        }
    }
}
