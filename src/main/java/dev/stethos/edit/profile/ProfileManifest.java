package dev.stethos.edit.profile;

import static dev.stethos.weights.InvalidWeightsException.shown;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.stethos.yaml.StrictYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `profile.yaml`: reads a manifest against `edit/profile.schema.json`, whose unknown keys are
/// errors, and writes one so that the same profile gives the same bytes.
public final class ProfileManifest {
    public static final String FILE = "profile.yaml";
    private static final String SCHEMA_RESOURCE = "edit/profile.schema.json";

    private ProfileManifest() {}

    /// Reads the manifest of the profile `name`; what is wrong is an [InvalidProfileException].
    static EditProfile read(String name, byte[] yaml) {
        JsonNode tree;
        try {
            tree = StrictYaml.read(yaml);
        } catch (IllegalArgumentException e) {
            throw refused(name, String.valueOf(e.getMessage()), e);
        }
        refuseNewerSchema(name, tree);
        String errors =
                SchemaHolder.SCHEMA.validate(tree).stream()
                        .map(ProfileManifest::problem)
                        .sorted()
                        .collect(Collectors.joining("; "));
        if (!errors.isEmpty()) {
            throw refused(name, errors, null);
        }
        EditProfile profile = bind(name, tree);
        if (!profile.name().equals(name)) {
            throw refused(name, "/name: " + profile.name() + ", the folder is named " + name, null);
        }
        return profile;
    }

    /// The name that a manifest declares, which may be all that is right about it.
    static ProfileName name(byte[] yaml) {
        try {
            JsonNode name = StrictYaml.read(yaml).path("name");
            if (name.isTextual()) {
                return new ProfileName(name.textValue());
            }
        } catch (IllegalArgumentException e) {
            throw refused("", String.valueOf(e.getMessage()), e);
        }
        throw refused("", "/name: a text is required", null);
    }

    public static byte[] write(EditProfile profile) {
        try {
            return StrictYaml.MAPPER.writeValueAsString(profile).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("profile " + profile.name(), e);
        }
    }

    private static void refuseNewerSchema(String name, JsonNode tree) {
        JsonNode schema = tree.path("schema");
        if (schema.isNumber() && schema.asDouble() > EditProfile.SCHEMA) {
            throw refused(
                    name,
                    "/schema: %s, this version knows up to %d"
                            .formatted(schema.asText(), EditProfile.SCHEMA),
                    null);
        }
    }

    private static String problem(Error error) {
        String where = error.getInstanceLocation().toString();
        return where.isEmpty() ? error.getMessage() : where + ": " + error.getMessage();
    }

    private static EditProfile bind(String name, JsonNode tree) {
        try {
            return StrictYaml.MAPPER.treeToValue(tree, EditProfile.class);
        } catch (JsonProcessingException e) {
            String problem =
                    e.getCause() instanceof RuntimeException cause
                            ? String.valueOf(cause.getMessage())
                            : e.getOriginalMessage();
            throw refused(name, problem, e);
        }
    }

    private static InvalidProfileException refused(
            String name, String problem, @Nullable Throwable cause) {
        String message = "profile " + shown(name) + ", " + FILE + ": " + shown(problem, 400);
        return cause == null
                ? new InvalidProfileException(InvalidProfileException.Code.INVALID_PROFILE, message)
                : new InvalidProfileException(
                        InvalidProfileException.Code.INVALID_PROFILE, message, cause);
    }

    private static final class SchemaHolder {
        static final Schema SCHEMA = load();

        private static Schema load() {
            try (InputStream in =
                    ProfileManifest.class.getClassLoader().getResourceAsStream(SCHEMA_RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException(
                            "class path resource " + SCHEMA_RESOURCE + " is missing");
                }
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(text);
            } catch (IOException e) {
                throw new UncheckedIOException(SCHEMA_RESOURCE, e);
            }
        }
    }
}
