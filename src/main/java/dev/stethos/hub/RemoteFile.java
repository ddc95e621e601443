package dev.stethos.hub;

import static dev.stethos.weights.InvalidWeightsException.shown;

import dev.stethos.weights.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A file of a model on the hub: its size and its content's hash, SHA-256 of the bytes for large
/// files, git's SHA-1 of the blob for the others.
record RemoteFile(String name, long size, Hash kind, String hash) {
    private static final Pattern SAFETENSORS =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,200}\\.safetensors");
    private static final Set<String> SMALL =
            Set.of(
                    "config.json",
                    "generation_config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "chat_template.json",
                    "chat_template.jinja",
                    "special_tokens_map.json",
                    "model.safetensors.index.json");

    /// Without these there is no model; a `.safetensors` file must be there as well.
    static final List<String> REQUIRED = List.of("config.json", "tokenizer.json");

    /// What a hash is taken over.
    enum Hash {
        SHA256("[0-9a-f]{64}"),
        GIT_BLOB("[0-9a-f]{40}");

        private final Pattern form;

        Hash(String form) {
            this.form = Pattern.compile(form);
        }
    }

    RemoteFile {
        if (!isNeeded(name)) {
            throw new IllegalArgumentException("file '%s' is no model file".formatted(shown(name)));
        }
        if (size < 0) {
            throw new IllegalArgumentException(
                    "file %s: size %d, allowed is 0 or more".formatted(name, size));
        }
        if (!kind.form.matcher(hash).matches()) {
            throw new IllegalArgumentException(
                    "file %s: hash '%s', allowed is %s".formatted(name, shown(hash), kind.form));
        }
    }

    /// Whether a repository's file belongs to what a model is loaded from; only files at its root
    /// do.
    static boolean isNeeded(String name) {
        return SMALL.contains(name) || isWeights(name);
    }

    static boolean isWeights(String name) {
        return SAFETENSORS.matcher(name).matches();
    }

    /// The hash of local content, of this file's kind.
    String hashOf(Path content) throws IOException {
        return switch (kind) {
            case SHA256 -> Fingerprint.ofFile(content);
            case GIT_BLOB -> gitBlob(content);
        };
    }

    private static String gitBlob(Path content) throws IOException {
        MessageDigest digest = sha1();
        String head = "blob " + Files.size(content) + "\0";
        digest.update(head.getBytes(StandardCharsets.US_ASCII));
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(content)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
