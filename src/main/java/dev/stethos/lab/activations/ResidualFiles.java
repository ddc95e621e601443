package dev.stethos.lab.activations;

import dev.stethos.torch.ScalarType;
import dev.stethos.torch.Tensor;
import dev.stethos.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// F32 tensors in files of this process, one for each number, in the machine's own byte order.
/// Closing it deletes them.
final class ResidualFiles implements AutoCloseable {
    private final Path folder;
    private final Map<Integer, long[]> shapes = new TreeMap<>();

    /// Makes a folder of its own in `parent`.
    ResidualFiles(Path parent) {
        try {
            Files.createDirectories(parent);
            folder = Files.createTempDirectory(parent, "residual");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In place of what was written under that number.
    void write(int number, Tensor tensor) {
        Path next = folder.resolve("next");
        MemorySegment values = MemorySegment.ofArray(tensor.toFloats());
        try (Arena arena = Arena.ofConfined();
                FileChannel out =
                        FileChannel.open(
                                next,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)) {
            MemorySegment.copy(
                    values,
                    ValueLayout.JAVA_FLOAT,
                    0,
                    out.map(FileChannel.MapMode.READ_WRITE, 0, values.byteSize(), arena),
                    ValueLayout.JAVA_FLOAT_UNALIGNED,
                    0,
                    tensor.elements());
            Files.move(next, file(number), StandardCopyOption.ATOMIC_MOVE);
            shapes.put(number, tensor.shape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What was written, which the caller closes.
    Tensor read(int number) {
        long[] shape = shapes.get(number);
        if (shape == null) {
            throw new IllegalStateException("nothing was written under " + number);
        }
        TorchRuntime torch = TorchRuntime.get();
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        try (Tensor mapped = torch.map(file(number), ScalarType.F32, elements)) {
            return torch.onDevice(mapped.slice(0, shape));
        }
    }

    private Path file(int number) {
        return folder.resolve(String.valueOf(number));
    }

    @Override
    public void close() {
        try {
            List<Path> left;
            try (Stream<Path> entries = Files.list(folder)) {
                left = entries.toList();
            }
            for (Path file : left) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
