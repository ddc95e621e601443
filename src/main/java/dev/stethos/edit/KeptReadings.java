package dev.stethos.edit;

import dev.stethos.weights.AtomicFile;
import dev.stethos.weights.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines about what was read, kept in a folder from one process to the next, one small file for
/// each subject. A file that is damaged or about another subject counts as none, and one that
/// cannot be written is not kept: reading again gives the same. Safe from any thread.
final class KeptReadings {
    private static final String SUFFIX = ".readings";

    /// Null keeps nothing.
    private final @Nullable Path folder;

    KeptReadings(@Nullable Path folder) {
        this.folder = folder;
    }

    /// What was kept about the subject, empty when nothing was.
    List<String> read(String subject) {
        if (folder == null) {
            return List.of();
        }
        try {
            String text = Files.readString(file(folder, subject), StandardCharsets.US_ASCII);
            int end = text.lastIndexOf('\n', text.length() - 2) + 1;
            List<String> lines = text.substring(0, end).lines().toList();
            boolean whole = text.substring(end).equals(sum(text.substring(0, end)) + "\n");
            return whole && lines.getFirst().equals(subject)
                    ? lines.subList(1, lines.size())
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    void write(String subject, List<String> lines) {
        if (folder == null) {
            return;
        }
        String text = subject + "\n" + String.join("\n", lines) + "\n";
        try {
            Files.createDirectories(folder);
            AtomicFile.write(
                    file(folder, subject),
                    (text + sum(text) + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The next process reads again.
            return;
        }
    }

    private static Path file(Path folder, String subject) {
        return folder.resolve(sum(subject) + SUFFIX);
    }

    private static String sum(String text) {
        return Fingerprint.ofBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
