package dev.stethos.edit.profile;

import static dev.stethos.weights.InvalidWeightsException.shown;

import dev.stethos.edit.profile.InvalidProfileException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The folder of edit profiles, one subfolder each. Reads manifests only; a profile's deltas are
/// checked when it is resolved. Files that a link takes out of the store are refused, and what is
/// not signed as required. Stateless: it sees what is on disk at each call.
public final class ProfileStore {
    public static final long MAX_MANIFEST_BYTES = 4L << 20;

    private final Path folder;
    private final List<PublicKey> trusted;

    public ProfileStore(Path folder) {
        this(folder, List.of());
    }

    /// With any `trusted` keys, a profile that none of them has signed is refused.
    public ProfileStore(Path folder, List<PublicKey> trusted) {
        this.folder = folder;
        this.trusted = List.copyOf(trusted);
    }

    /// Another folder with the same trust.
    public ProfileStore at(Path other) {
        return new ProfileStore(other, trusted);
    }

    public Path folder() {
        return folder;
    }

    /// What the store holds: profiles whose manifests are valid, and why the others are refused,
    /// each sorted by name.
    public record Listing(
            List<ProfileFolder> profiles, SortedMap<String, InvalidProfileException> refused) {
        public Listing {
            profiles = List.copyOf(profiles);
        }
    }

    public Listing list() {
        List<ProfileFolder> profiles = new ArrayList<>();
        SortedMap<String, InvalidProfileException> refused = new TreeMap<>();
        for (String name : names()) {
            try {
                profiles.add(load(name));
            } catch (InvalidProfileException e) {
                if (e.code() != Code.PROFILE_NOT_FOUND) {
                    refused.put(name, e);
                }
            }
        }
        return new Listing(profiles, refused);
    }

    /// Reads one profile's manifest; a bad name, a missing profile and a bad manifest are each an
    /// [InvalidProfileException] with its own code.
    public ProfileFolder load(String name) {
        ProfileName checked = new ProfileName(name);
        Path profile = folder.resolve(checked.value());
        if (!Files.isDirectory(profile)) {
            throw new InvalidProfileException(
                    Code.PROFILE_NOT_FOUND,
                    "profile %s: not found, there are %s"
                            .formatted(checked, shown(names().toString())));
        }
        try {
            Path manifest = contained(checked, profile, ProfileManifest.FILE);
            if (Files.size(manifest) > MAX_MANIFEST_BYTES) {
                throw refused(
                        checked, ProfileManifest.FILE + " is longer than " + MAX_MANIFEST_BYTES);
            }
            EditProfile read = ProfileManifest.read(checked.value(), Files.readAllBytes(manifest));
            for (String file : read.files().keySet()) {
                Path _ = contained(checked, profile, file);
            }
            ProfileFolder found = new ProfileFolder(profile, read);
            if (!trusted.isEmpty()) {
                ProfileSignature.require(found, trusted);
            }
            return found;
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidProfileException(
                    Code.INVALID_PROFILE, "profile " + checked + ": cannot be read", e);
        }
    }

    /// The name that the manifest in `folder` declares, whatever the folder is called.
    public static ProfileName declaredName(Path folder) {
        try {
            return ProfileManifest.name(Files.readAllBytes(folder.resolve(ProfileManifest.FILE)));
        } catch (NoSuchFileException e) {
            throw new InvalidProfileException(
                    Code.INVALID_PROFILE, "profile: " + ProfileManifest.FILE + " is missing", e);
        } catch (IOException e) {
            throw new UncheckedIOException("profile", e);
        }
    }

    private List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("profile store", e);
        }
    }

    /// The file's real path, which lies in the store under one name only.
    private Path contained(ProfileName name, Path profile, String file) throws IOException {
        Path real;
        try {
            real = profile.resolve(file).toRealPath();
        } catch (NoSuchFileException e) {
            throw new InvalidProfileException(
                    Code.INVALID_PROFILE, "profile " + name + ": " + file + " is missing", e);
        }
        if (!real.startsWith(folder.toRealPath())) {
            throw refused(name, file + " is a link that leaves the profile store");
        }
        if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(name, file + " is not a regular file");
        }
        if (Files.getFileStore(real).supportsFileAttributeView("unix")
                && (int) Files.getAttribute(real, "unix:nlink") > 1) {
            throw refused(name, file + " has a second name (hard link), allowed is one");
        }
        return real;
    }

    private static InvalidProfileException refused(ProfileName name, String problem) {
        return new InvalidProfileException(
                Code.INVALID_PROFILE, "profile " + name + ": " + problem);
    }
}
