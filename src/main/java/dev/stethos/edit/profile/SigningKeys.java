package dev.stethos.edit.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ed25519 keys as PEM text, as OpenSSL writes them: PKCS#8 private keys and X.509 public keys.
/// What is not one is an [IllegalArgumentException] that does not repeat the text.
public final class SigningKeys {
    private static final String ALGORITHM = "Ed25519";

    /// How every Ed25519 public key begins (RFC 8410).
    private static final String BASE64_BEGIN = "MCowBQYDK2Vw";

    private static final int MAX_BYTES = 10_000;
    private static final Pattern PEM =
            Pattern.compile(
                    "\\s*-----BEGIN (PRIVATE|PUBLIC) KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1 KEY-----\\s*");

    private SigningKeys() {}

    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform since 15 has Ed25519", e);
        }
    }

    public static String pem(PrivateKey key) {
        return pem("PRIVATE", key.getEncoded());
    }

    public static String pem(PublicKey key) {
        return pem("PUBLIC", key.getEncoded());
    }

    public static PrivateKey privateKey(Path file) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePrivate(new PKCS8EncodedKeySpec(read(file, "PRIVATE")));
        } catch (GeneralSecurityException e) {
            throw notA("PRIVATE", file);
        }
    }

    public static PublicKey publicKey(Path file) {
        try {
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(read(file, "PUBLIC")));
        } catch (GeneralSecurityException e) {
            throw notA("PUBLIC", file);
        }
    }

    /// The key that `text` is, Base64 as in a PEM file's middle, or else the one in the PEM file
    /// that it names, relative to `folder`.
    public static PublicKey publicKey(String text, Path folder) {
        if (!text.startsWith(BASE64_BEGIN)) {
            return publicKey(folder.resolve(text));
        }
        try {
            byte[] encoded = Base64.getDecoder().decode(text);
            return KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "trusted key: it begins as an Ed25519 public key in Base64 and is none", e);
        }
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN %s KEY-----\n%s\n-----END %s KEY-----\n"
                .formatted(kind, Base64.getEncoder().encodeToString(encoded), kind);
    }

    private static byte[] read(Path file, String kind) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                throw notA(kind, file);
            }
            Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (!pem.matches() || !pem.group(1).equals(kind)) {
                throw notA(kind, file);
            }
            return Base64.getMimeDecoder().decode(pem.group(2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IllegalArgumentException notA(String kind, Path file) {
        return new IllegalArgumentException(
                "key '%s': allowed is a file with an Ed25519 -----BEGIN %s KEY-----"
                        .formatted(file, kind));
    }
}
