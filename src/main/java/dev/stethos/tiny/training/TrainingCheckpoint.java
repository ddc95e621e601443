package dev.stethos.tiny.training;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A training run between two steps: the run's identity, the steps done, weights and moments. The
/// batches depend on seed and step alone, so nothing else is needed to go on. Written atomically.
record TrainingCheckpoint(
        String identity,
        int step,
        List<float[]> weights,
        List<float[]> first,
        List<float[]> second,
        List<float[]> counters) {

    void write(Path file) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (DataOutputStream out =
                    new DataOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(partial)))) {
                out.writeUTF(identity);
                out.writeInt(step);
                writeAll(weights, out);
                writeAll(first, out);
                writeAll(second, out);
                writeAll(counters, out);
            }
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The checkpoint in a file, or null when there is none; refuses one of another run.
    static @Nullable TrainingCheckpoint read(Path file, String identity) {
        if (!Files.exists(file)) {
            return null;
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            String found = in.readUTF();
            if (!found.equals(identity)) {
                throw new IllegalArgumentException(
                        "checkpoint %s belongs to the run '%s', not to '%s'; remove it to start anew"
                                .formatted(file, found, identity));
            }
            return new TrainingCheckpoint(
                    found, in.readInt(), readAll(in), readAll(in), readAll(in), readAll(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeAll(List<float[]> arrays, DataOutputStream out) throws IOException {
        out.writeInt(arrays.size());
        for (float[] array : arrays) {
            ByteBuffer bytes = ByteBuffer.allocate(array.length * Float.BYTES);
            bytes.asFloatBuffer().put(array);
            out.writeInt(array.length);
            out.write(bytes.array());
        }
    }

    private static List<float[]> readAll(DataInputStream in) throws IOException {
        List<float[]> arrays = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            float[] array = new float[in.readInt()];
            byte[] bytes = in.readNBytes(array.length * Float.BYTES);
            ByteBuffer.wrap(bytes).asFloatBuffer().get(array);
            arrays.add(array);
        }
        return arrays;
    }
}
