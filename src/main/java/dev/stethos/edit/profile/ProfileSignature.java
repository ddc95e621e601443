package dev.stethos.edit.profile;

import dev.stethos.edit.profile.InvalidProfileException.Code;
import dev.stethos.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Collection;

/// `profile.sig`: an Ed25519 signature (RFC 8032) over the manifest's bytes, in Base64 and a line
/// end. The manifest holds the hashes of everything else, so it covers the whole profile.
public final class ProfileSignature {
    public static final String FILE = "profile.sig";

    private static final String ALGORITHM = "Ed25519";
    private static final int SIGNATURE_BYTES = 64;
    private static final int MAX_FILE_BYTES = 200;

    private ProfileSignature() {}

    /// Whether a profile is signed; by whom is another question.
    public static boolean isSigned(ProfileFolder folder) {
        return Files.exists(folder.path().resolve(FILE), LinkOption.NOFOLLOW_LINKS);
    }

    /// Signs the profile's manifest, in place of a signature that is there.
    public static void sign(ProfileFolder folder, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(manifest(folder));
            String line = Base64.getEncoder().encodeToString(signature.sign()) + "\n";
            AtomicFile.write(folder.path().resolve(FILE), line.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("profile " + folder.profile().name(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key cannot sign: " + e.getMessage(), e);
        }
    }

    /// Requires a signature that one of the keys has made; without one the profile is refused with
    /// the code `untrusted_profile`.
    public static void require(ProfileFolder folder, Collection<PublicKey> keys) {
        try {
            byte[] given = signature(folder);
            byte[] manifest = manifest(folder);
            for (PublicKey key : keys) {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initVerify(key);
                signature.update(manifest);
                if (signature.verify(given)) {
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("profile " + folder.profile().name(), e);
        } catch (GeneralSecurityException e) {
            throw refused(folder, "the signature cannot be checked: " + e.getMessage());
        }
        throw refused(folder, "none of the %d trusted keys made it".formatted(keys.size()));
    }

    private static byte[] signature(ProfileFolder folder) throws IOException {
        Path file = folder.path().resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(folder, "missing or not a regular file, a signature is required");
        }
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw refused(folder, "longer than " + MAX_FILE_BYTES + " bytes");
        }
        try {
            byte[] given =
                    Base64.getDecoder()
                            .decode(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
            if (given.length == SIGNATURE_BYTES) {
                return given;
            }
        } catch (IllegalArgumentException e) {
            throw refused(folder, "not Base64");
        }
        throw refused(folder, "allowed are " + SIGNATURE_BYTES + " bytes in Base64");
    }

    /// The manifest's bytes, which still say what was loaded.
    private static byte[] manifest(ProfileFolder folder) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.path().resolve(ProfileManifest.FILE));
        EditProfile now = ProfileManifest.read(folder.profile().name(), bytes);
        if (!now.equals(folder.profile())) {
            throw refused(folder, ProfileManifest.FILE + " changed while it was read");
        }
        return bytes;
    }

    private static InvalidProfileException refused(ProfileFolder folder, String problem) {
        return folder.profile().refused(Code.UNTRUSTED_PROFILE, FILE, problem);
    }
}
