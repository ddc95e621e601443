package dev.stethos.cli.options;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// A file that a command writes at its end. That it can be written is checked before the work
/// begins.
///
/// @param path null where no file was asked for
public record ReportFile(@Nullable Path path) {

    public static ReportFile checked(@Nullable Path path, String option, CommandSpec spec) {
        if (path != null) {
            Path folder = path.toAbsolutePath().getParent();
            if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(path)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "%s: %s was given, allowed is a file in an existing folder"
                                .formatted(option, path));
            }
        }
        return new ReportFile(path);
    }

    public void write(String text) {
        if (path != null) {
            try {
                Files.writeString(path, text + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
