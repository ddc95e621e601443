package dev.stethos.cli.options;

import dev.stethos.weights.DType;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `--dtype`: what deltas are kept as.
public final class DeltaTypeConverter implements ITypeConverter<DType> {
    @Override
    public DType convert(String value) {
        return switch (value) {
            case "f32" -> DType.F32;
            case "bf16" -> DType.BF16;
            default ->
                    throw new TypeConversionException(
                            "'" + value + "' was given, allowed are f32 and bf16");
        };
    }
}
