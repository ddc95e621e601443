package dev.stethos.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.util.List;

/// Makes the JSON mapper take a body at its word: no duplicate or unknown fields, nothing after the
/// value, no number for a string or fraction for an integer, bounded size and depth.
@Singleton
public final class StrictJson implements ObjectMapperCustomizer {
    private final WebConfig config;

    StrictJson(WebConfig config) {
        this.config = config;
    }

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(config.maxJsonDepth())
                                .maxDocumentLength(config.maxJsonBody().asLongValue())
                                .build());
        mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        mapper.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
        refuse(mapper, LogicalType.Textual, shapes(CoercionInputShape.String));
        refuse(
                mapper,
                LogicalType.Integer,
                List.of(CoercionInputShape.String, CoercionInputShape.EmptyString));
        refuse(
                mapper,
                LogicalType.Float,
                List.of(CoercionInputShape.String, CoercionInputShape.EmptyString));
        refuse(mapper, LogicalType.Boolean, shapes(CoercionInputShape.Boolean));
    }

    private static List<CoercionInputShape> shapes(CoercionInputShape own) {
        return List.of(
                        CoercionInputShape.Boolean,
                        CoercionInputShape.Integer,
                        CoercionInputShape.Float,
                        CoercionInputShape.String,
                        CoercionInputShape.EmptyString)
                .stream()
                .filter(shape -> shape != own)
                .toList();
    }

    private static void refuse(
            ObjectMapper mapper, LogicalType target, List<CoercionInputShape> shapes) {
        for (CoercionInputShape shape : shapes) {
            mapper.coercionConfigFor(target).setCoercion(shape, CoercionAction.Fail);
        }
    }
}
