package dev.stethos.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is kept of a key's secret: a salt and the SHA-256 of salt and secret, written
/// `sha256:<salt>:<digest>` in hex. One round is enough, because secrets are 256 random bits.
final class KeyHash {
    private static final int SALT_BYTES = 16;
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern FORM = Pattern.compile("sha256:([0-9a-f]{32}):([0-9a-f]{64})");

    private final byte[] salt;
    private final byte[] digest;

    private KeyHash(byte[] salt, byte[] digest) {
        this.salt = salt;
        this.digest = digest;
    }

    static KeyHash of(String secret, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new KeyHash(salt, digest(salt, secret));
    }

    /// Reads what [#toString] wrote, or [IllegalArgumentException].
    static KeyHash parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "hash: allowed is sha256:<32 hex digits>:<64 hex digits>");
        }
        return new KeyHash(HEX.parseHex(parts.group(1)), HEX.parseHex(parts.group(2)));
    }

    /// Takes as long for every secret of one length.
    boolean matches(String secret) {
        return MessageDigest.isEqual(digest, digest(salt, secret));
    }

    private static byte[] digest(byte[] salt, String secret) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(salt);
            return sha256.digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "sha256:" + HEX.formatHex(salt) + ":" + HEX.formatHex(digest);
    }
}
