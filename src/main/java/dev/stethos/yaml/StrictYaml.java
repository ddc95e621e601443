package dev.stethos.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/// The part of YAML that is JSON with less punctuation: one document in UTF-8, no anchors, aliases,
/// tags or duplicate keys, and little depth. Everything else is an [IllegalArgumentException].
public final class StrictYaml {
    private static final int MAX_BYTES = 4 << 20;
    private static final int MAX_DEPTH = 8;

    public static final YAMLMapper MAPPER =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .loaderOptions(limits())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private StrictYaml() {}

    public static JsonNode read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes, allowed at most " + MAX_BYTES);
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            checkEvents(text);
            return MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not valid UTF-8", e);
        } catch (MarkedYAMLException e) {
            throw new IllegalArgumentException("not YAML: " + e.getProblem() + at(e), e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException("not YAML: " + e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static void checkEvents(String text) {
        int depth = 0;
        int documents = 0;
        for (Event event : new Yaml(limits()).parse(new StringReader(text))) {
            switch (event) {
                case AliasEvent alias -> throw refused("alias *" + alias.getAnchor(), event);
                case CollectionStartEvent start -> {
                    refuseMarks(start, start.getTag());
                    depth++;
                }
                case ScalarEvent scalar -> refuseMarks(scalar, scalar.getTag());
                case CollectionEndEvent end -> depth--;
                case DocumentStartEvent start -> documents++;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw refused("more than " + MAX_DEPTH + " levels", event);
            }
            if (documents > 1) {
                throw refused("a second document", event);
            }
        }
    }

    private static void refuseMarks(NodeEvent event, @Nullable String tag) {
        if (event.getAnchor() != null) {
            throw refused("anchor &" + event.getAnchor(), event);
        }
        if (tag != null) {
            throw refused("tag " + tag, event);
        }
    }

    private static IllegalArgumentException refused(String what, Event event) {
        return new IllegalArgumentException(
                what + " in line " + (event.getStartMark().getLine() + 1) + " is not allowed");
    }

    private static String at(MarkedYAMLException e) {
        return e.getProblemMark() == null ? "" : " in line " + (e.getProblemMark().getLine() + 1);
    }

    private static LoaderOptions limits() {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_BYTES);
        return options;
    }
}
