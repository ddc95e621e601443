package dev.stethos.serving.options;

import dev.stethos.gemma.ComputeType;
import dev.stethos.inference.EngineOptions;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What to serve. `model` is `embedded`, `hf://owner/name[@revision]` or a checkpoint folder;
/// `profile` is applied and active from the start, `base` for none, null for what was active last
/// or else the model's own default; `resident` profiles answer beside it. `servedName` null takes
/// the model's own name; `cache` keeps what can be made again, `state` what cannot. Profiles in
/// memory take at most `residentBytes` beside the base. With any `trustedKeys`, one of them must
/// have signed a profile.
public record ServingOptions(
        String model,
        @Nullable String servedName,
        @Nullable String profile,
        List<String> resident,
        Path profiles,
        Path cache,
        Path state,
        long residentBytes,
        ComputeType compute,
        EngineOptions engine,
        List<PublicKey> trustedKeys) {

    /// The id suffix of the unedited weights, so no profile can have this name.
    public static final String BASE = "base";

    private static final Pattern SERVED_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");

    /// The profile of a first start.
    public String startProfile() {
        if (profile != null) {
            return profile;
        }
        return model.equals(ModelSource.EMBEDDED) ? "number-theory" : BASE;
    }

    /// Without a signature required.
    public ServingOptions(
            String model,
            @Nullable String servedName,
            @Nullable String profile,
            List<String> resident,
            Path profiles,
            Path cache,
            Path state,
            long residentBytes,
            ComputeType compute,
            EngineOptions engine) {
        this(
                model,
                servedName,
                profile,
                resident,
                profiles,
                cache,
                state,
                residentBytes,
                compute,
                engine,
                List.of());
    }

    public ServingOptions {
        resident = List.copyOf(resident);
        trustedKeys = List.copyOf(trustedKeys);
        if (model.isBlank()) {
            throw new IllegalArgumentException(
                    "model: it is empty, allowed is 'embedded', hf://owner/name[@revision] or a checkpoint folder");
        }
        if (servedName != null && !SERVED_NAME.matcher(servedName).matches()) {
            throw new IllegalArgumentException(
                    "served name: '%s' was given, allowed are 1 to 128 of A-Z a-z 0-9 . _ / -, the first a letter or digit"
                            .formatted(servedName));
        }
    }
}
