package dev.stethos.edit.making;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// A hidden folder in which something is made before it gets its name. Closing it deletes what is
/// still in it.
final class Staging implements AutoCloseable {
    private final Path folder;

    /// Makes the folder in `parent`, which is made if it is missing.
    Staging(Path parent) {
        folder = parent.resolve(".making-" + UUID.randomUUID());
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder() {
        return folder;
    }

    /// Gives `name` of this folder its place; what is there goes.
    void publish(String name, Path target) {
        try {
            if (Files.exists(target)) {
                Files.move(target, folder.resolve(".old"), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(folder.resolve(name), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            List<Path> all;
            try (Stream<Path> entries = Files.walk(folder)) {
                all = entries.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : all) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
