package dev.stethos.edit.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileManifestTest {
    private static final String HASH = "0123456789abcdef".repeat(4);
    static final String VALID =
            """
            schema: 1
            name: formal
            description: "says: hello"
            base:
              model: small
              fingerprint: %1$s
              config: %1$s
              tensors:
                model.layers.3.mlp.up_proj.weight: %1$s
            scale: 0.5
            layers: [3]
            modules: [mlp.up_proj]
            files:
              deltas.safetensors: %1$s
            """
                    .formatted(HASH);

    private static EditProfile read(String yaml) {
        return ProfileManifest.read("formal", yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        InvalidProfileException.class,
                        e -> assertThat(e.code()).hasToString("invalid_profile"))
                .hasMessageStartingWith("profile formal, profile.yaml: ")
                .hasMessageContaining(message);
    }

    @Test
    void readsAManifest() {
        EditProfile profile = read(VALID);
        assertThat(profile.description()).isEqualTo("says: hello");
        assertThat(profile.scale()).isEqualTo(0.5);
        assertThat(profile.layers()).containsExactly(3);
        assertThat(profile.modules()).containsExactly("mlp.up_proj");
        assertThat(profile.files()).containsEntry("deltas.safetensors", HASH);
        assertThat(profile.provenance()).isNull();
    }

    @Test
    void readsBackWhatItWroteAndWritesTheSameBytes() {
        EditProfile profile =
                new EditProfile(
                        1,
                        "formal",
                        "two\nlines, \u00e9, \"quotes\" & 1e5: x",
                        read(VALID).base(),
                        -1e-3,
                        List.of(3),
                        List.of("mlp.up_proj"),
                        read(VALID).files(),
                        new EditProfile.Provenance(
                                new EditProfile.ModelReference("12345", "1".repeat(64)),
                                new EditProfile.LayerChoice(
                                        "f",
                                        new TreeMap<>(Map.of(11, 1e-12, 2, 3.0)),
                                        new TreeMap<>(Map.of("a b.txt", HASH)),
                                        new TreeMap<>(
                                                Map.of("A, z", new TreeMap<>(Map.of(2, 0.5))))),
                                new TreeMap<>(Map.of(3, 123456789.125)),
                                new EditProfile.RoundTrip(1L << 40, 7),
                                new EditProfile.Truncation(
                                        8,
                                        new TreeMap<>(
                                                Map.of("model.layers.3.mlp.up_proj.weight", 0.5))),
                                new EditProfile.ModelReference("adapter", HASH),
                                new EditProfile.Merge(
                                        "dare",
                                        0.5,
                                        -7L,
                                        List.of(new EditProfile.Part("one", HASH, 1, -0.5))),
                                new EditProfile.Projection(
                                        "as they are",
                                        128,
                                        new TreeMap<>(Map.of(3, 4)),
                                        0.071,
                                        0.03125,
                                        0.031,
                                        0.5,
                                        -3L,
                                        new TreeMap<>(
                                                Map.of("model.layers.3.mlp.up_proj.weight", 0.071)),
                                        new TreeMap<>(Map.of("directions.safetensors", HASH))),
                                "stethos 0.1",
                                "profile build"));
        byte[] written = ProfileManifest.write(profile);
        EditProfile again = ProfileManifest.read("formal", written);
        assertThat(again).isEqualTo(profile);
        assertThat(ProfileManifest.write(again)).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scale: 0.5|scale: big|/scale: string found",
                "scale: 0.5|scale: '0.5'|/scale: string found",
                "scale: 0.5|scale: .nan|not YAML: Malformed numeric value '.nan'",
                "scale: 0.5|scale: 1e999|scale Infinity",
                "scale: 0.5|alpha: 0.5|required property 'scale' not found",
                "scale: 0.5|scale: 0.5, more: 1|not YAML",
                "schema: 1|schema: 2|/schema: 2, this version knows up to 1",
                "schema: 1|schema: 0|/schema",
                "schema: 1|schema: '1'|/schema",
                "layers: [3]|layers: [-1]|/layers/0",
                "layers: [3]|layers: [3, 3]|/layers",
                "layers: [3]|layers: [1.5]|/layers/0: number found",
                "layers: [3]|layers: 3|/layers: integer found",
                "modules: [mlp.up_proj]|modules: ['../x']|/modules/0",
                "modules: [mlp.up_proj]|modules: []|0 modules, 1 base tensors and a deltas.safetensors",
                "name: formal|name: other|/name: other, the folder is named formal",
                "  deltas.safetensors:|  other.bin:|/files: property 'other.bin'",
                "  config: 0|  config: X0|/base/config",
                "  model: small|  model: ''|/base/model"
            })
    void refusesValuesThatTheSchemaDoesNotAllow(String from, String to, String message) {
        assertThat(VALID).contains(from);
        refused(VALID.replaceFirst(Pattern.quote(from), to), message);
    }

    @Test
    void refusesUnknownKeysEverywhere() {
        refused(VALID + "alpha: 1\n", "property 'alpha' is not defined");
        refused(VALID.replace("  model: small", "  model: small\n  x: 1"), "/base: property 'x'");
        refused(
                VALID + "provenance: {energy: {}, tool: t, command: c, who: me}\n",
                "/provenance: property 'who'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &x 1",
                "a: *x",
                "a: &x [*x]",
                "a: !!java.io.File /",
                "a: !local 1",
                "? !!set {a}",
                "[[[[[[[[[[1]]]]]]]]]]",
                "---\na: 1\n---\nb: 1",
                "schema: 1\nschema: 1",
                "base: {model: 1, model: 2}",
                "a: [",
                "a: 'x",
                "\tb: 1",
                "a: \u0000",
                "<<: {a: 1}",
                ""
            })
    void refusesWhatIsMoreThanPlainYaml(String yaml) {
        refused(yaml, "");
    }

    @Test
    void saysWhichYamlFeatureIsNotAllowedAndWhere() {
        refused("schema: 1\na: &x 1", "anchor &x in line 2 is not allowed");
        refused("a: *x", "alias *x in line 1 is not allowed");
        refused(
                "a: !!java.io.File /",
                "tag tag:yaml.org,2002:java.io.File in line 1 is not allowed");
        refused("schema: 1\nschema: 1", "uplicate");
        refused("a: 1\n--- \nb: 1", "a second document in line 2 is not allowed");
        refused("[".repeat(100_000), "more than 8 levels");
    }

    @Test
    void refusesAliasBombsBeforeTheyUnfold() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a%1$d: &a%1$d [".formatted(i))
                    .append(String.join(", ", Collections.nCopies(10, "*a" + (i - 1))))
                    .append("]\n");
        }
        refused(bomb.toString(), "anchor &a0");
    }

    @Test
    void refusesBytesThatAreNotUtf8AndFilesThatAreTooLong() {
        assertThatThrownBy(() -> ProfileManifest.read("formal", new byte[] {'a', (byte) 0xFF}))
                .hasMessageContaining("not valid UTF-8");
        assertThatThrownBy(() -> ProfileManifest.read("formal", new byte[5 << 20]))
                .hasMessageContaining("bytes, allowed at most");
    }

    @Test
    void escapesForeignTextInMessages() {
        refused(
                VALID.replace("name: formal", "name: \"a\\r\\nb\\e[1m\""),
                "a\\u000d\\u000ab\\u001b[1m");
    }
}
