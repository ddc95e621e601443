package dev.stethos.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A safetensors file, mapped read-only and checked whole when opened: header, names, types, and
/// that the tensors cover the data without hole, overlap or rest. Files of any size take heap for
/// the header only. Safe from any thread; its segments end when it is closed.
public final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final Arena arena;
    private final MemorySegment content;
    private final Map<String, String> metadata;
    private final Map<String, TensorInfo> tensors;

    private SafetensorsFile(
            Path path, Arena arena, MemorySegment content, SafetensorsHeader header) {
        this.path = path;
        this.arena = arena;
        this.content = content;
        this.metadata = header.metadata();
        this.tensors = new LinkedHashMap<>();
        header.tensors().forEach(info -> tensors.put(info.name(), info));
    }

    /// Opens and checks `path`; what is wrong with it is an [InvalidWeightsException].
    public static SafetensorsFile open(Path path) {
        String name = nameOf(path);
        if (!Files.isRegularFile(path)) {
            throw new InvalidWeightsException(
                    name, Files.exists(path) ? "not a regular file" : "no such file");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment content =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new SafetensorsFile(path, arena, content, SafetensorsHeader.read(name, content));
        } catch (IOException e) {
            arena.close();
            throw new UncheckedIOException(name, e);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /// The file's name, for messages.
    public String name() {
        return nameOf(path);
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    /// All tensors, in the order of their bytes.
    public List<TensorInfo> tensors() {
        return List.copyOf(tensors.values());
    }

    public boolean contains(String name) {
        return tensors.containsKey(name);
    }

    public TensorInfo tensor(String name) {
        TensorInfo info = tensors.get(name);
        if (info == null) {
            throw new InvalidWeightsException(
                    name(),
                    "no tensor %s, it has %s"
                            .formatted(
                                    InvalidWeightsException.shown(name),
                                    InvalidWeightsException.shown(tensors.keySet().toString())));
        }
        return info;
    }

    /// The tensor's bytes in the mapping, read-only.
    public MemorySegment data(TensorInfo info) {
        if (!info.equals(tensors.get(info.name()))) {
            throw new IllegalArgumentException(
                    "tensor " + info.name() + " is of another file than " + name());
        }
        return content.asSlice(info.begin(), info.bytes());
    }

    /// All elements of one tensor, widened; for tensors that fit the heap.
    public float[] floats(TensorInfo info) {
        MemorySegment data = data(info);
        float[] values = new float[Math.toIntExact(info.elements())];
        info.dtype().read(data, 0, values, values.length);
        return values;
    }

    /// The whole file.
    MemorySegment content() {
        return content;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "/" : name.toString();
    }
}
