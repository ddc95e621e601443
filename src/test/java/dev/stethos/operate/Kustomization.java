package dev.stethos.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Renders a kustomization folder: resources, components, patches (strategic merge and JSON 6902),
/// namespace, image tags and ConfigMaps from files. Whatever else a kustomization.yaml says is an
/// error, and so is a patch without its target.
final class Kustomization {
    static final ObjectMapper YAML = new YAMLMapper();

    /// The key by which items of these lists are the same one; other lists are replaced whole.
    static final Map<String, String> MERGE_KEYS =
            Map.of(
                    "containers", "name",
                    "env", "name",
                    "volumes", "name",
                    "volumeMounts", "mountPath",
                    "ports", "containerPort");

    private static final Set<String> KNOWN =
            Set.of(
                    "apiVersion",
                    "kind",
                    "resources",
                    "components",
                    "patches",
                    "namespace",
                    "images",
                    "configMapGenerator");
    private static final Set<String> CLUSTER_WIDE =
            Set.of("Namespace", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding");

    private final List<ObjectNode> documents = new ArrayList<>();

    private Kustomization() {}

    static List<ObjectNode> render(Path folder) {
        Kustomization kustomization = new Kustomization();
        try {
            kustomization.apply(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kustomization.documents;
    }

    /// Every document of a YAML file.
    static List<ObjectNode> read(String text) throws IOException {
        try (MappingIterator<ObjectNode> values =
                YAML.readerFor(ObjectNode.class).readValues(text)) {
            return values.readAll();
        }
    }

    private void apply(Path folder) throws IOException {
        JsonNode what = YAML.readTree(folder.resolve("kustomization.yaml").toFile());
        what.fieldNames().forEachRemaining(key -> require(KNOWN.contains(key), folder, key));
        for (JsonNode resource : what.path("resources")) {
            Path path = folder.resolve(resource.asText());
            documents.addAll(Files.isDirectory(path) ? render(path) : read(Files.readString(path)));
        }
        for (JsonNode generator : what.path("configMapGenerator")) {
            documents.add(configMap(folder, generator));
        }
        for (JsonNode component : what.path("components")) {
            apply(folder.resolve(component.asText()));
        }
        for (JsonNode patch : what.path("patches")) {
            patch(folder, patch);
        }
        for (JsonNode image : what.path("images")) {
            tag(image);
        }
        if (what.has("namespace")) {
            documents.forEach(document -> place(document, what.get("namespace").asText()));
        }
    }

    private static ObjectNode configMap(Path folder, JsonNode generator) throws IOException {
        require(
                generator.at("/options/disableNameSuffixHash").asBoolean(),
                folder,
                "configMapGenerator without disableNameSuffixHash");
        ObjectNode map = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode metadata = map.putObject("metadata").put("name", generator.get("name").asText());
        metadata.set("labels", generator.at("/options/labels"));
        ObjectNode data = map.putObject("data");
        for (JsonNode file : generator.get("files")) {
            String[] parts = file.asText().split("=", 2);
            data.put(parts[0], Files.readString(folder.resolve(parts[1])));
        }
        return map;
    }

    private void patch(Path folder, JsonNode patch) throws IOException {
        String text =
                patch.has("path")
                        ? Files.readString(folder.resolve(patch.get("path").asText()))
                        : patch.get("patch").asText();
        JsonNode body = YAML.readTree(text);
        JsonNode target = patch.has("target") ? patch.get("target") : body;
        String kind = target.get("kind").asText();
        String name =
                patch.has("target")
                        ? target.get("name").asText()
                        : body.at("/metadata/name").asText();
        int index = 0;
        while (!documents.get(index).get("kind").asText().equals(kind)
                || !documents.get(index).at("/metadata/name").asText().equals(name)) {
            index++;
            require(index < documents.size(), folder, "patch of " + kind + " " + name);
        }
        if (body.isArray()) {
            documents.set(index, (ObjectNode) JsonPatch.apply(body, documents.get(index)));
        } else if (body.path("$patch").asText().equals("delete")) {
            documents.remove(index);
        } else {
            merge(documents.get(index), body);
        }
    }

    private static void merge(ObjectNode into, JsonNode patch) {
        patch.properties()
                .forEach(entry -> {
                    JsonNode before = into.get(entry.getKey());
                    String mergeKey = MERGE_KEYS.get(entry.getKey());
                    if (before instanceof ObjectNode object) {
                        merge(object, entry.getValue());
                    } else if (before instanceof ArrayNode list && mergeKey != null) {
                        entry.getValue().forEach(item -> mergeItem(list, item, mergeKey));
                    } else {
                        into.set(entry.getKey(), entry.getValue());
                    }
                });
    }

    private static void mergeItem(ArrayNode list, JsonNode item, String key) {
        for (JsonNode before : list) {
            if (before.path(key).equals(item.path(key))) {
                merge((ObjectNode) before, item);
                return;
            }
        }
        list.add(item);
    }

    private void tag(JsonNode image) {
        for (ObjectNode document : documents) {
            for (JsonNode container : document.at("/spec/template/spec/containers")) {
                String name = image.get("name").asText();
                if (container.path("image").asText().replaceFirst(":.*", "").equals(name)) {
                    ((ObjectNode) container)
                            .put("image", name + ":" + image.get("newTag").asText());
                }
            }
        }
    }

    private static void place(ObjectNode document, String namespace) {
        if (!CLUSTER_WIDE.contains(document.get("kind").asText())) {
            document.withObject("/metadata").put("namespace", namespace);
        }
        for (JsonNode subject : document.path("subjects")) {
            ((ObjectNode) subject).put("namespace", namespace);
        }
    }

    private static void require(boolean holds, Path folder, String what) {
        if (!holds) {
            throw new IllegalArgumentException(folder + ": " + what);
        }
    }
}
