package dev.stethos.cli.options;

import dev.stethos.gemma.ComputeType;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `--compute`.
public final class ComputeTypeConverter implements ITypeConverter<ComputeType> {
    @Override
    public ComputeType convert(String value) {
        return Stream.of(ComputeType.values())
                .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(() ->
                        new TypeConversionException(
                                "'" + value + "' was given, allowed are auto, bf16 and f32"));
    }
}
