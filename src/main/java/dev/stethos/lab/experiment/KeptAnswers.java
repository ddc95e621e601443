package dev.stethos.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.weights.AtomicFile;
import dev.stethos.weights.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What revisions said, in a folder, so that a stopped experiment goes on after the arms that it
/// finished. Each file is named by the hash of everything that its content depends on. Without a
/// folder nothing is kept.
record KeptAnswers(@Nullable Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What was kept under `inputs`, or what `make` makes, which is then kept.
    <T> List<T> of(String inputs, Class<T> type, Supplier<List<T>> make) {
        Path kept = folder;
        if (kept == null) {
            return make.get();
        }
        String name = Fingerprint.ofBytes(inputs.getBytes(StandardCharsets.UTF_8));
        Path file = kept.resolve(name + ".json");
        try {
            if (Files.isRegularFile(file)) {
                return JSON.readerForListOf(type).readValue(file.toFile());
            }
            List<T> made = make.get();
            Files.createDirectories(kept);
            AtomicFile.write(file, JSON.writeValueAsBytes(made));
            return made;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s: %s".formatted(file.getFileName(), e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException(String.valueOf(file.getFileName()), e);
        }
    }
}
