package dev.stethos.edit;

import dev.stethos.edit.profile.EditProfile;
import dev.stethos.edit.profile.ProfileFolder;
import dev.stethos.weights.Fingerprint;
import dev.stethos.weights.SafetensorsFile;
import dev.stethos.weights.WeightName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A profile's deltas by themselves: checked against the manifest's hash and for their form, not
/// against a base. Owns the mapped file.
public final class ProfileContents implements AutoCloseable {
    private final EditProfile profile;
    private final @Nullable SafetensorsFile file;
    private final SortedMap<WeightName, LayerDelta> deltas;

    private ProfileContents(
            EditProfile profile,
            @Nullable SafetensorsFile file,
            SortedMap<WeightName, LayerDelta> deltas) {
        this.profile = profile;
        this.file = file;
        this.deltas = Collections.unmodifiableSortedMap(deltas);
    }

    /// Opens and checks the deltas; what is wrong is an [InvalidProfileException].
    public static ProfileContents open(ProfileFolder folder) {
        EditProfile profile = folder.profile();
        if (profile.isEmpty()) {
            return new ProfileContents(profile, null, new TreeMap<>());
        }
        SafetensorsFile file = folder.openDeltas();
        try {
            EditResolver.checkFile(profile, Fingerprint.ofFile(file));
            return new ProfileContents(profile, file, new DeltaFile(profile, file).deltas());
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    public EditProfile profile() {
        return profile;
    }

    /// By layer and module.
    public SortedMap<WeightName, LayerDelta> deltas() {
        return deltas;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
