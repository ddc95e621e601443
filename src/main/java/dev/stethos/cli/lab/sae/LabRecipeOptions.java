package dev.stethos.cli.lab.sae;

import dev.stethos.lab.metasae.JointRecipe;
import dev.stethos.lab.metasae.JointRecipe.Preset;
import dev.stethos.lab.sae.SaeRecipe;
import dev.stethos.lab.sae.SaeRecipe.Kind;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options that say how an SAE is trained.
final class LabRecipeOptions {
    @Option(
            names = "--kind",
            paramLabel = "topk|batchtopk|jumprelu",
            converter = KindConverter.class,
            defaultValue = "batchtopk",
            description = "The architecture. Default: ${DEFAULT-VALUE}")
    private Kind kind = Kind.BATCH_TOPK;

    @Option(
            names = "--latents",
            paramLabel = "N",
            defaultValue = "512",
            description = "How many latents. Default: ${DEFAULT-VALUE}")
    private int latents = 512;

    @Option(
            names = "--k",
            paramLabel = "N",
            defaultValue = "16",
            description = "Latents per token; for jumprelu the target. Default: ${DEFAULT-VALUE}")
    private int k = 16;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Training steps. Default: ${DEFAULT-VALUE}")
    private int steps = 2000;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "512",
            description = "Tokens per step. Default: ${DEFAULT-VALUE}")
    private int batch = 512;

    @Option(
            names = "--rate",
            paramLabel = "X",
            defaultValue = "0.001",
            description = "The learning rate. Default: ${DEFAULT-VALUE}")
    private double rate = 1e-3;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "49",
            description = "Decides weights and batches. Default: ${DEFAULT-VALUE}")
    private long seed = 49;

    long seed() {
        return seed;
    }

    SaeRecipe recipe() {
        return SaeRecipe.of(kind, latents, k, steps, batch, rate, seed);
    }

    JointRecipe joint(Preset preset) {
        return preset.of(recipe());
    }

    private static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String value) {
            return Arrays.stream(Kind.values())
                    .filter(kind -> kind.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() ->
                            new TypeConversionException(
                                    "'%s', allowed are %s"
                                            .formatted(value, Arrays.toString(Kind.values()))));
        }
    }
}
