package dev.stethos.weights;

import static dev.stethos.weights.InvalidWeightsException.shown;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A model folder's weights, under canonical names: `model.safetensors`, or shards with an index
/// that agrees with them both ways. Tensors that are not part of the text decoder are listed as
/// skipped. Owns the mapped files; safe from any thread.
public final class Checkpoint implements AutoCloseable {
    static final String SINGLE_FILE = "model.safetensors";
    private static final Pattern NUMBERED_SHARD =
            Pattern.compile("model-\\d+-of-\\d+\\.safetensors");
    private static final int MAX_CONFIG_BYTES = 1_000_000;

    private final Path folder;
    private final List<SafetensorsFile> files;
    private final SortedMap<String, Located> tensors = new TreeMap<>();
    private final Set<String> skipped = new TreeSet<>();

    private Checkpoint(Path folder, List<SafetensorsFile> files) {
        this.folder = folder;
        this.files = List.copyOf(files);
        for (SafetensorsFile file : files) {
            file.tensors().forEach(info -> add(file, info));
        }
        if (tensors.isEmpty()) {
            throw new InvalidWeightsException(SafetensorsFile.nameOf(folder), "no text tensors");
        }
    }

    /// A tensor and the file that holds it.
    public record Located(SafetensorsFile file, TensorInfo info) {
        /// All elements, widened; for tensors that fit the heap.
        public float[] floats() {
            return file.floats(info);
        }
    }

    /// Opens and checks every weights file in `folder`; what is wrong is an
    /// [InvalidWeightsException].
    public static Checkpoint open(Path folder) {
        List<SafetensorsFile> files = new ArrayList<>();
        try {
            if (hasIndex(folder)) {
                openShards(folder, files);
            } else {
                files.add(SafetensorsFile.open(folder.resolve(SINGLE_FILE)));
            }
            return new Checkpoint(folder, files);
        } catch (IOException e) {
            files.forEach(SafetensorsFile::close);
            throw new UncheckedIOException(SafetensorsFile.nameOf(folder), e);
        } catch (RuntimeException e) {
            files.forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static boolean hasIndex(Path folder) {
        boolean single = Files.exists(folder.resolve(SINGLE_FILE));
        boolean index = Files.exists(folder.resolve(ShardIndex.FILE));
        if (single == index) {
            throw new InvalidWeightsException(
                    SafetensorsFile.nameOf(folder),
                    "has %s %s %s %s, allowed is one of them"
                            .formatted(
                                    single ? "both" : "neither",
                                    SINGLE_FILE,
                                    single ? "and" : "nor",
                                    ShardIndex.FILE));
        }
        return index;
    }

    private static void openShards(Path folder, List<SafetensorsFile> files) throws IOException {
        ShardIndex index = ShardIndex.read(folder.resolve(ShardIndex.FILE));
        refuseStrays(folder, index);
        for (String shard : index.shards()) {
            SafetensorsFile file = SafetensorsFile.open(folder.resolve(shard));
            files.add(file);
            index.check(file);
        }
    }

    private static void refuseStrays(Path folder, ShardIndex index) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            Optional<String> stray =
                    entries.map(SafetensorsFile::nameOf)
                            .filter(name -> NUMBERED_SHARD.matcher(name).matches())
                            .filter(name -> !index.shards().contains(name))
                            .min(String::compareTo);
            if (stray.isPresent()) {
                throw new InvalidWeightsException(
                        ShardIndex.FILE,
                        "shard " + stray.get() + " is in the folder, not in the index");
            }
        }
    }

    private void add(SafetensorsFile file, TensorInfo info) {
        Optional<WeightName> name;
        try {
            name = WeightName.parse(info.name());
        } catch (IllegalArgumentException e) {
            throw new InvalidWeightsException(file.name(), String.valueOf(e.getMessage()), e);
        }
        if (name.isEmpty()) {
            skipped.add(info.name());
            return;
        }
        Located before = tensors.put(name.get().canonical(), new Located(file, info));
        if (before != null) {
            throw new InvalidWeightsException(
                    file.name(),
                    "tensors %s and %s have the same canonical name %s"
                            .formatted(
                                    shown(before.info().name()), shown(info.name()), name.get()));
        }
    }

    public Path folder() {
        return folder;
    }

    /// The weights files, in the order of their names.
    public List<SafetensorsFile> files() {
        return files;
    }

    /// Canonical names of the text decoder's tensors, sorted.
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /// Tensors that are not the text decoder's, by the names that the files give them.
    public Set<String> skipped() {
        return Collections.unmodifiableSet(skipped);
    }

    public boolean contains(String canonical) {
        return tensors.containsKey(canonical);
    }

    public Located locate(String canonical) {
        Located located = tensors.get(canonical);
        if (located == null) {
            throw new InvalidWeightsException(
                    SafetensorsFile.nameOf(folder),
                    "no tensor %s, it has %s"
                            .formatted(shown(canonical), shown(names().toString())));
        }
        return located;
    }

    /// The bytes of the folder's `config.json`.
    public byte[] configBytes() {
        Path config = folder.resolve("config.json");
        try {
            if (!Files.isRegularFile(config) || Files.size(config) > MAX_CONFIG_BYTES) {
                throw new InvalidWeightsException(
                        "config.json", "missing or longer than " + MAX_CONFIG_BYTES + " bytes");
            }
            return Files.readAllBytes(config);
        } catch (IOException e) {
            throw new UncheckedIOException("config.json", e);
        }
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
