package dev.stethos.cli.options;

import java.io.IOException;
import java.io.InputStream;
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

    /// A file of the class path, copied to a folder under its own name.
    public static Path copied(String resource, Path folder) {
        try (InputStream in = Scratch.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("class path resource " + resource + " is missing");
            }
            Files.createDirectories(folder);
            Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
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
