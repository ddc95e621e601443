package dev.stethos.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Writes safetensors files: tensors in the given order, metadata sorted, the header padded with
/// blanks to eight bytes, so that the same input gives the same bytes. The file appears whole or
/// not at all; each tensor's bytes are asked for when its turn comes.
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    public static void write(Path target, Map<String, String> metadata, List<NamedTensor> tensors) {
        byte[] header = header(metadata, tensors);
        try {
            AtomicFile.write(
                    target,
                    out -> {
                        writeFully(out, length(header.length));
                        writeFully(out, ByteBuffer.wrap(header));
                        for (NamedTensor tensor : tensors) {
                            writeTensor(out, tensor);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(SafetensorsFile.nameOf(target), e);
        }
    }

    private static void writeTensor(FileChannel out, NamedTensor tensor) throws IOException {
        long before = out.position();
        tensor.source().writeTo(new UnclosedChannel(out));
        long written = out.position() - before;
        if (written != tensor.bytes()) {
            throw new IllegalArgumentException(
                    "tensor %s: its source wrote %d bytes, %s of shape %s takes %d"
                            .formatted(
                                    tensor.name(),
                                    written,
                                    tensor.dtype(),
                                    tensor.shape(),
                                    tensor.bytes()));
        }
    }

    private static byte[] header(Map<String, String> metadata, List<NamedTensor> tensors) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            writeEntries(json, tensors);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    private static void writeEntries(JsonGenerator json, List<NamedTensor> tensors)
            throws IOException {
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (NamedTensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor " + tensor.name() + " comes twice");
            }
            json.writeObjectFieldStart(tensor.name());
            json.writeStringField("dtype", tensor.dtype().name());
            json.writeArrayFieldStart("shape");
            for (long dimension : tensor.shape()) {
                json.writeNumber(dimension);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("data_offsets");
            json.writeNumber(offset);
            offset = Math.addExact(offset, tensor.bytes());
            json.writeNumber(offset);
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static ByteBuffer length(long length) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .flip();
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int _ = out.write(bytes);
        }
    }

    /// Lets a source write but not close, seek or cut the file.
    private record UnclosedChannel(FileChannel out) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            return out.write(source);
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() {}
    }
}
