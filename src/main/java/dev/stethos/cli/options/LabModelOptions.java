package dev.stethos.cli.options;

import dev.stethos.gemma.ComputeType;
import dev.stethos.gemma.Gemma3Model;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The options that say which model a lab command looks into, without a server around it.
public final class LabModelOptions {
    @Option(
            names = "--model",
            paramLabel = "DIR|hf://OWNER/NAME[@REVISION]|embedded",
            defaultValue = ModelSource.EMBEDDED,
            description =
                    "A checkpoint folder, a model on the Hugging Face hub, or embedded. Default:"
                            + " ${DEFAULT-VALUE}")
    private String model = ModelSource.EMBEDDED;

    @Option(
            names = "--compute",
            paramLabel = "auto|bf16|f32",
            converter = ComputeTypeConverter.class,
            defaultValue = "auto",
            description = "What the decoder computes in. Default: ${DEFAULT-VALUE}")
    private ComputeType compute = ComputeType.AUTO;

    /// The model's name, without its folder.
    public String name() {
        return ModelSource.name(model);
    }

    public Gemma3Model open() {
        Path cache = ServingConfig.defaultCache();
        return Gemma3Model.load(
                ModelSource.folder(model, cache, System.err::println), cache, compute);
    }
}
