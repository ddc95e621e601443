package dev.stethos.cli.options;

import dev.stethos.edit.profile.EditProfile.ModelReference;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingConfig;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import picocli.CommandLine.Option;

/// The option that says which base checkpoint a command works on.
public final class BaseOption {
    @Option(
            names = "--base",
            paramLabel = "DIR|embedded",
            required = true,
            description =
                    "The unedited model: a checkpoint folder, hf://owner/name[@revision], or embedded.")
    private String model = ModelSource.EMBEDDED;

    public String model() {
        return model;
    }

    public Checkpoint open() {
        return open(model);
    }

    /// The checkpoint that a `DIR|embedded` value names.
    public static Checkpoint open(String model) {
        return Checkpoint.open(
                ModelSource.folder(model, ServingConfig.defaultCache(), System.err::println));
    }

    /// The model's name, without its folder.
    public static String name(String model) {
        return ModelSource.name(model);
    }

    public ModelReference reference(Checkpoint checkpoint) {
        return reference(model, checkpoint);
    }

    public static ModelReference reference(String model, Checkpoint checkpoint) {
        return new ModelReference(
                name(model), Fingerprint.ofCheckpoint(checkpoint, ServingConfig.defaultCache()));
    }
}
