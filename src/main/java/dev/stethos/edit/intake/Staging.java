package dev.stethos.edit.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/// A hidden folder in which something is made before it gets its name. Closing it deletes what is
/// still in it; what a killed process left is deleted by [Leftovers]. A lock on a file in it says
/// that its maker is alive.
public final class Staging implements AutoCloseable {
    static final String PREFIX = ".making-";
    static final String LOCK = ".lock";

    /// Begins the name of what is being replaced; it goes back when its successor never came.
    static final String OLD = ".old-";

    private final Path folder;
    private final FileChannel lock;

    /// Makes the folder in `parent`, which is made if it is missing, and deletes what others left
    /// there.
    public Staging(Path parent) {
        try {
            Files.createDirectories(parent);
            int _ = Leftovers.delete(parent);
            folder = parent.toRealPath().resolve(PREFIX + UUID.randomUUID());
            Files.createDirectory(folder);
            Leftovers.alive(folder);
            lock =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new IOException(LOCK + " is held by another process");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("staging", e);
        }
    }

    public Path folder() {
        return folder;
    }

    /// Gives `name` of this folder its place; what is there goes.
    public void publish(String name, Path target) {
        Path old = folder.resolve(OLD + target.getFileName());
        try {
            force(folder.resolve(name));
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                move(target, old);
            }
            move(folder.resolve(name), target);
        } catch (IOException e) {
            putBack(old, target, e);
            throw new UncheckedIOException(e);
        }
    }

    private static void putBack(Path old, Path target, IOException failure) {
        try {
            if (Files.exists(old) && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                move(old, target);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /// As [#publish], where nothing may be.
    void publishNew(String name, Path target) throws IOException {
        force(folder.resolve(name));
        move(folder.resolve(name), target);
    }

    /// Takes what is at `place`, to be deleted with this folder.
    void take(Path place) throws IOException {
        move(place, folder.resolve("gone"));
    }

    /// A rename that is on disk when it returns.
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        force(Objects.requireNonNull(to.toAbsolutePath().getParent()));
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
            entries.force(true);
        }
    }

    @Override
    public void close() {
        try {
            delete(folder);
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Leftovers.gone(folder);
        }
    }

    /// Deletes a folder and what is in it; links are deleted, not followed.
    static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> entries = Files.walk(folder)) {
            all = entries.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
