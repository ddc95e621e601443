package dev.stethos.edit.making;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.edit.profile.ProfileManifest;
import dev.stethos.edit.profile.ProfileName;
import dev.stethos.edit.profile.WeightSelection;
import dev.stethos.weights.AtomicFile;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.NamedTensor;
import dev.stethos.weights.SafetensorsWriter;
import dev.stethos.weights.WeightName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes deltas as a profile's folder. The same inputs give the same bytes; the manifest is
/// written last, so a folder that was left half-written is refused when it is read.
public final class ProfileWriter {
    private static final Map<String, String> METADATA =
            Map.of("format", "pt", "kind", "task_vector");

    private final Path store;

    /// `store` is the folder that holds the profiles.
    public ProfileWriter(Path store) {
        this.store = store;
    }

    /// What a manifest says beyond the deltas themselves. `tool` and `command` are how to make it
    /// again.
    public record Draft(
            String name,
            String description,
            EditProfile.ModelReference base,
            EditProfile.@Nullable ModelReference tuned,
            double scale,
            EditProfile.@Nullable LayerChoice choice,
            String tool,
            String command) {
        public Draft {
            ProfileName _ = new ProfileName(name);
        }
    }

    /// Writes the profile in place of one of the same name; deltas without any tensor are an
    /// [IllegalArgumentException].
    public ProfileFolder write(Draft draft, DeltaSource source) {
        return write(draft, source, Progress.NONE);
    }

    /// As above; `progress` counts bytes.
    public ProfileFolder write(Draft draft, DeltaSource source, Progress progress) {
        if (source.names().isEmpty()) {
            throw new IllegalArgumentException(
                    "profile " + draft.name() + ": nothing to write, every selected delta is 0");
        }
        Path folder = store.resolve(draft.name());
        try {
            Files.createDirectories(folder);
            Path deltas = folder.resolve(EditProfile.DELTAS);
            SafetensorsWriter.write(deltas, METADATA, watched(source.tensors(), progress));
            EditProfile profile = profile(draft, source, Fingerprint.ofFile(deltas));
            AtomicFile.write(folder.resolve(ProfileManifest.FILE), ProfileManifest.write(profile));
            return new ProfileFolder(folder, profile);
        } catch (IOException e) {
            throw new UncheckedIOException("profile " + draft.name(), e);
        }
    }

    private static List<NamedTensor> watched(List<NamedTensor> tensors, Progress progress) {
        progress.begin("writing", tensors.stream().mapToLong(NamedTensor::bytes).sum());
        return tensors.stream().map(tensor -> tensor.watched(progress::advance)).toList();
    }

    private static EditProfile profile(Draft draft, DeltaSource source, String deltasHash) {
        WeightSelection edited = WeightSelection.covering(source.names());
        SortedMap<String, String> baseHashes = new TreeMap<>();
        for (WeightName name : source.names()) {
            baseHashes.put(name.canonical(), source.baseHash(name));
        }
        DeltaSource.Findings findings = source.findings();
        return new EditProfile(
                EditProfile.SCHEMA,
                draft.name(),
                draft.description(),
                new EditProfile.Base(
                        draft.base().model(),
                        draft.base().fingerprint(),
                        source.baseConfig(),
                        baseHashes),
                draft.scale(),
                List.copyOf(edited.layers()),
                List.copyOf(edited.modules()),
                new TreeMap<>(Map.of(EditProfile.DELTAS, deltasHash)),
                new EditProfile.Provenance(
                        draft.tuned(),
                        draft.choice(),
                        findings.energy(),
                        findings.roundTrip(),
                        findings.truncation(),
                        findings.adapter(),
                        findings.merge(),
                        findings.projection(),
                        draft.tool(),
                        draft.command()));
    }
}
