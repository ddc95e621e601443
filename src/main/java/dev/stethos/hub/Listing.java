package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The commit that a revision means, and the files that a model is loaded from, small ones first.
record Listing(String commit, List<RemoteFile> files) {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final Comparator<RemoteFile> SMALL_FIRST =
            Comparator.comparing((RemoteFile file) -> RemoteFile.isWeights(file.name()))
                    .thenComparing(RemoteFile::name);

    Listing {
        files = files.stream().sorted(SMALL_FIRST).toList();
    }

    /// Reads the hub's answer about a revision, asked with `blobs=true`.
    static Listing read(ModelReference model, byte[] json) {
        JsonNode root = parse(model, json);
        String commit = root.path("sha").asText();
        if (!ModelReference.isCommit(commit)) {
            throw notAHub(model, "sha '%s', allowed is a commit".formatted(shown(commit)));
        }
        List<RemoteFile> files = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode sibling : root.path("siblings")) {
            String name = sibling.path("rfilename").asText();
            if (RemoteFile.isNeeded(name)) {
                files.add(file(model, name, sibling));
                if (!names.add(name)) {
                    throw notAHub(model, "file " + name + " comes twice");
                }
            }
        }
        requireModel(model, names);
        return new Listing(commit, files);
    }

    private static JsonNode parse(ModelReference model, byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw notAHub(model, "not JSON: " + shown(e.getOriginalMessage()));
        } catch (IOException e) {
            throw notAHub(model, "not JSON: " + shown(e.toString()));
        }
    }

    private static RemoteFile file(ModelReference model, String name, JsonNode sibling) {
        JsonNode size = sibling.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong()) {
            throw notAHub(model, "file " + name + " has no size");
        }
        JsonNode sha256 = sibling.path("lfs").path("sha256");
        try {
            return sha256.isMissingNode()
                    ? new RemoteFile(
                            name,
                            size.longValue(),
                            RemoteFile.Hash.GIT_BLOB,
                            sibling.path("blobId").asText())
                    : new RemoteFile(
                            name, size.longValue(), RemoteFile.Hash.SHA256, sha256.asText());
        } catch (IllegalArgumentException e) {
            throw notAHub(model, String.valueOf(e.getMessage()));
        }
    }

    private static void requireModel(ModelReference model, Set<String> names) {
        for (String required : RemoteFile.REQUIRED) {
            if (!names.contains(required)) {
                throw noModel(model, required);
            }
        }
        if (names.stream().noneMatch(RemoteFile::isWeights)) {
            throw noModel(model, ".safetensors file");
        }
    }

    private static HubRefusalException noModel(ModelReference model, String missing) {
        return new HubRefusalException(
                "%s: the repository has no %s, needed are config.json, tokenizer.json and weights as .safetensors"
                        .formatted(model, missing));
    }

    private static HubTransferException notAHub(ModelReference model, String problem) {
        return new HubTransferException(
                "%s: the answer about the model is none of the hub's: %s"
                        .formatted(model, problem));
    }
}
