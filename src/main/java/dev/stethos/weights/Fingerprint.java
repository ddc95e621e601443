package dev.stethos.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// SHA-256 content hashes, in lower-case hex: of bytes, files, tensors and whole checkpoints.
public final class Fingerprint {
    private static final int CHUNK = 1 << 16;
    private static final Pattern CACHED = Pattern.compile("(.*) ([0-9a-f]{64})\n");

    private Fingerprint() {}

    public static String ofBytes(byte[] bytes) {
        return hex(sha256().digest(bytes));
    }

    public static String ofFile(Path file) {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment content =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return ofContent(content);
        } catch (IOException e) {
            throw new UncheckedIOException(SafetensorsFile.nameOf(file), e);
        }
    }

    /// The content that was mapped when `file` was opened.
    public static String ofFile(SafetensorsFile file) {
        return ofContent(file.content());
    }

    /// One tensor, whatever its name and file: the line `BF16 [8, 4]` with its type and shape, then
    /// its bytes.
    public static String ofTensor(Checkpoint.Located tensor) {
        TensorInfo info = tensor.info();
        MessageDigest digest = sha256();
        digest.update(
                (info.dtype() + " " + info.shape() + "\n").getBytes(StandardCharsets.US_ASCII));
        update(digest, tensor.file().data(info));
        return hex(digest.digest());
    }

    /// A checkpoint: the line-wise hash over `config.json` and the content of every weights file in
    /// the order of their names. Files' hashes are remembered in the folder `cache` by path and
    /// [FileState], where it can be written; without one every file is read.
    public static String ofCheckpoint(Checkpoint checkpoint, @Nullable Path cache) {
        List<String> hashes =
                checkpoint.files().parallelStream()
                        .map(file ->
                                cache == null ? ofContent(file.content()) : cached(file, cache))
                        .toList();
        String lines = ofBytes(checkpoint.configBytes()) + "\n" + String.join("\n", hashes) + "\n";
        return ofBytes(lines.getBytes(StandardCharsets.US_ASCII));
    }

    private static String ofContent(MemorySegment content) {
        MessageDigest digest = sha256();
        update(digest, content);
        return hex(digest.digest());
    }

    private static String cached(SafetensorsFile file, Path cache) {
        try {
            Path real = file.path().toRealPath();
            Path entry = cache.resolve(ofBytes(real.toString().getBytes(StandardCharsets.UTF_8)));
            String state = state(real);
            Matcher remembered = CACHED.matcher(read(entry));
            if (remembered.matches() && state.equals(remembered.group(1))) {
                return remembered.group(2);
            }
            String hash = ofContent(file.content());
            if (state.equals(state(real))) {
                remember(cache, entry, state + " " + hash + "\n");
            }
            return hash;
        } catch (IOException e) {
            throw new UncheckedIOException(file.name(), e);
        }
    }

    private static String state(Path file) throws IOException {
        FileState state = FileState.of(file);
        return "%s %d %d %d"
                .formatted(state.key(), state.size(), state.modified(), state.changed());
    }

    private static String read(Path entry) {
        try {
            return Files.readString(entry, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static void remember(Path cache, Path entry, String text) {
        try {
            Files.createDirectories(cache);
            AtomicFile.write(entry, text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // A cache that cannot be written costs the next start another reading.
            return;
        }
    }

    private static void update(MessageDigest digest, MemorySegment content) {
        byte[] buffer = new byte[CHUNK];
        for (long at = 0; at < content.byteSize(); at += CHUNK) {
            int count = (int) Math.min(CHUNK, content.byteSize() - at);
            MemorySegment.copy(content, ValueLayout.JAVA_BYTE, at, buffer, 0, count);
            digest.update(buffer, 0, count);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
