package dev.stethos.cli.options;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder for what a command needs while it runs; closing it deletes the folder.
public record Scratch(Path folder) implements AutoCloseable {

    public static Scratch make() {
        try {
            return new Scratch(Files.createTempDirectory("stethos-lab"));
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
