package dev.stethos.hub;

import dev.stethos.weights.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// A file on its way: `<name>.part` holds what has come, each byte in its place, and
/// `<name>.journal` how much of each piece that is, so that another process can go on. Different
/// pieces may be written by different threads.
final class PartialFile implements AutoCloseable {
    /// A part of the file, `start` inclusive to `end` exclusive, that is filled from its start.
    record Piece(int index, long start, long end) {}

    private static final int HEADER_LONGS = 2;

    private final RemoteFile file;
    private final Path target;
    private final Path part;
    private final Path journalPath;
    private final List<Piece> pieces;
    private final AtomicLongArray done;
    private final FileChannel data;
    private final FileChannel journal;
    private volatile boolean resumed;

    private PartialFile(Path folder, RemoteFile file, long pieceBytes) throws IOException {
        this.file = file;
        target = folder.resolve(file.name());
        part = folder.resolve(file.name() + ".part");
        journalPath = folder.resolve(file.name() + ".journal");
        pieces = split(file.size(), pieceBytes);
        done = new AtomicLongArray(pieces.size());
        resumed = restore(pieceBytes);
        if (!resumed) {
            start(pieceBytes);
        }
        data = FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
        journal = FileChannel.open(journalPath, StandardOpenOption.WRITE);
    }

    /// Opens what is left of an earlier try, or starts anew.
    static PartialFile open(Path folder, RemoteFile file, long pieceBytes) {
        try {
            return new PartialFile(folder, file, pieceBytes);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static List<Piece> split(long size, long pieceBytes) {
        List<Piece> pieces = new ArrayList<>();
        long start = 0;
        do {
            long end = Math.min(size, start + pieceBytes);
            pieces.add(new Piece(pieces.size(), start, end));
            start = end;
        } while (start < size);
        return List.copyOf(pieces);
    }

    /// Takes over the journal of an earlier try when it fits the file and the pieces.
    private boolean restore(long pieceBytes) throws IOException {
        long length = (HEADER_LONGS + pieces.size()) * (long) Long.BYTES;
        if (!Files.isRegularFile(part)
                || !Files.isRegularFile(journalPath)
                || Files.size(journalPath) != length) {
            return false;
        }
        ByteBuffer entries = ByteBuffer.wrap(Files.readAllBytes(journalPath));
        if (entries.getLong() != file.size() || entries.getLong() != pieceBytes) {
            return false;
        }
        long here = Files.size(part);
        for (Piece piece : pieces) {
            long count = entries.getLong();
            long end = piece.start() + count;
            if (count < 0 || end > piece.end() || (count > 0 && end > here)) {
                return false;
            }
            done.set(piece.index(), count);
        }
        return true;
    }

    private void start(long pieceBytes) throws IOException {
        ByteBuffer entries = ByteBuffer.allocate((HEADER_LONGS + pieces.size()) * Long.BYTES);
        entries.putLong(file.size()).putLong(pieceBytes);
        for (Piece piece : pieces) {
            done.set(piece.index(), 0);
        }
        boolean _ = Files.deleteIfExists(journalPath);
        Files.write(part, new byte[0]);
        AtomicFile.write(journalPath, entries.array());
    }

    RemoteFile file() {
        return file;
    }

    List<Piece> pieces() {
        return pieces;
    }

    /// Bytes of the piece that have come.
    long done(Piece piece) {
        return done.get(piece.index());
    }

    /// Bytes of the file that have come.
    long done() {
        return pieces.stream().mapToLong(this::done).sum();
    }

    /// Appends to what has come of a piece.
    void append(Piece piece, byte[] bytes, int count) {
        long before = done(piece);
        if (count > piece.end() - piece.start() - before) {
            throw new IllegalArgumentException(
                    "%s: %d bytes too many".formatted(file.name(), count));
        }
        try {
            write(data, ByteBuffer.wrap(bytes, 0, count), piece.start() + before);
            record(piece, before + count);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /// Forgets what has come of a piece.
    void rewind(Piece piece) {
        try {
            record(piece, 0);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private void record(Piece piece, long count) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(Long.BYTES).putLong(0, count);
        write(journal, entry, (HEADER_LONGS + piece.index()) * (long) Long.BYTES);
        done.set(piece.index(), count);
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /// Gives the full file its name once its content is proved. False: bytes of an earlier try were
    /// wrong, and the file is empty again.
    boolean publish() {
        try {
            data.force(true);
            String hash = file.hashOf(part);
            if (Files.size(part) == file.size() && hash.equals(file.hash())) {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(journalPath);
                return true;
            }
            boolean mayBeOld = resumed;
            for (Piece piece : pieces) {
                record(piece, 0);
            }
            data.truncate(0);
            resumed = false;
            if (mayBeOld) {
                return false;
            }
            throw new HubTransferException(
                    "%s: the content that came has %s %s, the hub says %s; it was thrown away"
                            .formatted(file.name(), file.kind(), hash, file.hash()));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static HubTransferException unwritable(RemoteFile file, IOException cause) {
        return new HubTransferException(
                "%s: it cannot be written to the cache (%s)".formatted(file.name(), cause), cause);
    }

    @Override
    public void close() {
        try (data;
                journal) {
            // Closes both, whatever happens.
        } catch (IOException e) {
            throw new UncheckedIOException(file.name(), e);
        }
    }
}
