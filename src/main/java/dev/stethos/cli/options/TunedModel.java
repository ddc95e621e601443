package dev.stethos.cli.options;

import dev.stethos.edit.profile.EditProfile.ModelReference;
import dev.stethos.serving.options.ModelSource;
import dev.stethos.serving.options.ServingConfig;
import dev.stethos.weights.Checkpoint;
import dev.stethos.weights.Fingerprint;
import java.nio.file.Path;

/// Where a tuned model comes from: a checkpoint folder, or what the jar holds beside the embedded
/// base, its layers' weights alone. `embedded` is the twin that the shipped profile is made of,
/// which was tuned on a few layers alone in every other step; `embedded-probe` is the model before
/// that, tuned in every layer alike.
public final class TunedModel {
    public static final String PROBE = "embedded-probe";
    public static final String ALLOWED = "DIR|embedded|embedded-probe";

    private TunedModel() {}

    /// The folder; what the jar holds is copied to `scratch`.
    public static Path folder(String given, Path scratch) {
        return switch (given) {
            case ModelSource.EMBEDDED -> copied("tuned", scratch);
            case PROBE -> copied("probe", scratch);
            default -> ModelSource.folder(given, ServingConfig.defaultCache(), System.err::println);
        };
    }

    /// Its name in manifests and commands, without its folder.
    static String name(String given) {
        return switch (given) {
            case ModelSource.EMBEDDED -> "tiny-gemma-3-tuned";
            case PROBE -> "tiny-gemma-3-probe";
            default -> ModelSource.name(given);
        };
    }

    public static ModelReference reference(String given, Checkpoint checkpoint) {
        return new ModelReference(
                name(given), Fingerprint.ofCheckpoint(checkpoint, ServingConfig.defaultCache()));
    }

    /// As it is written in a command, without its folder.
    public static String text(String given) {
        return given.equals(PROBE) || given.equals(ModelSource.EMBEDDED) ? given : name(given);
    }

    private static Path copied(String name, Path scratch) {
        Path folder = scratch.resolve(name);
        Scratch.copied("tiny/" + name + "/config.json", folder);
        Scratch.copied("tiny/" + name + "/model.safetensors", folder);
        return folder;
    }
}
