package dev.stethos.cli.options;

import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import dev.stethos.serving.ServedModel;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingOptions;
import dev.stethos.torch.TorchDevice;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which model a command works on.
public final class ModelOptions {

    @Option(
            names = "--model",
            paramLabel = "DIR|hf://OWNER/NAME[@REVISION]|embedded",
            defaultValue = ModelSource.EMBEDDED,
            description =
                    "A checkpoint folder, a model on the Hugging Face hub, or embedded. Default: ${DEFAULT-VALUE}")
    private String model = ModelSource.EMBEDDED;

    @Option(
            names = "--profiles",
            paramLabel = "DIR",
            defaultValue = "${sys:stethos.home:-.}/edit-profiles",
            description = "The folder of edit profiles. Default: edit-profiles")
    private Path profiles = Path.of("edit-profiles");

    @Option(
            names = "--compute",
            paramLabel = "auto|bf16|f32",
            converter = ComputeTypeConverter.class,
            defaultValue = "auto",
            description =
                    "What the decoder computes in; auto takes the weights' own type, or f32 where the CPU only emulates bf16 and memory allows. Default: ${DEFAULT-VALUE}")
    private ComputeType compute = ComputeType.AUTO;

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|cuda:N",
            description =
                    "Where the model runs; auto takes the first NVIDIA GPU where libtorch has CUDA, otherwise the CPU. Default: auto")
    private @Nullable String device;

    public boolean is(String name) {
        return model.equals(name);
    }

    public Path profiles() {
        return profiles;
    }

    /// Goes on with that folder and those profiles, whatever was given.
    public void replace(Path folder, Path itsProfiles) {
        model = folder.toString();
        profiles = itsProfiles;
    }

    /// The model with the named profiles beside its base.
    public ServedModel open(ModelOpener opener, EngineOptions engine, String... names) {
        if (device != null) {
            System.setProperty(TorchDevice.PROPERTY, device);
        }
        return opener.open(
                model,
                profiles,
                Stream.of(names)
                        .filter(name -> !name.equals(ServingOptions.BASE))
                        .distinct()
                        .toList(),
                compute,
                engine);
    }

    /// The model id of `base` or of a profile.
    public static String id(ServedModel served, String name) {
        return served.name() + ":" + name;
    }
}
