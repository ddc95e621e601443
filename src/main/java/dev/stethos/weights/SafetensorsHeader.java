package dev.stethos.weights;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The checked header of one safetensors file: its metadata and its tensors, ordered by offset,
/// which cover the data exactly. Nothing is allocated from a size that the file merely declares.
/// Format: <https://huggingface.co/docs/safetensors>.
record SafetensorsHeader(Map<String, String> metadata, List<TensorInfo> tensors) {
    static final int LENGTH_BYTES = 8;
    static final long MAX_HEADER_BYTES = 100_000_000;
    static final int MAX_TENSORS = 100_000;

    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    SafetensorsHeader {
        metadata = Map.copyOf(metadata);
        tensors = List.copyOf(tensors);
    }

    /// Reads the header of the file `name` whose whole content is `content`.
    static SafetensorsHeader read(String name, MemorySegment content) {
        long length = headerLength(name, content);
        MemorySegment json = content.asSlice(LENGTH_BYTES, length);
        if (json.get(ValueLayout.JAVA_BYTE, 0) != '{') {
            throw new InvalidWeightsException(
                    name,
                    "header begins with byte %d, allowed only '{'"
                            .formatted(json.get(ValueLayout.JAVA_BYTE, 0) & 0xFF));
        }
        long dataBegin = LENGTH_BYTES + length;
        try (Reader characters = strictUtf8(json)) {
            HeaderJson parsed = HeaderJson.parse(name, characters);
            return new SafetensorsHeader(
                    parsed.metadata(),
                    layOut(name, parsed.tensors(), dataBegin, content.byteSize() - dataBegin));
        } catch (CharacterCodingException e) {
            throw new InvalidWeightsException(name, "header is not valid UTF-8", e);
        } catch (IOException e) {
            throw new AssertionError("memory does not fail to read", e);
        }
    }

    private static long headerLength(String name, MemorySegment content) {
        if (content.byteSize() < LENGTH_BYTES) {
            throw new InvalidWeightsException(
                    name,
                    content.byteSize() + " bytes, a safetensors file has at least " + LENGTH_BYTES);
        }
        long length = content.get(LENGTH, 0);
        if (length < 2 || length > MAX_HEADER_BYTES) {
            throw new InvalidWeightsException(
                    name,
                    "header length %s, allowed 2 to %d"
                            .formatted(Long.toUnsignedString(length), MAX_HEADER_BYTES));
        }
        if (length > content.byteSize() - LENGTH_BYTES) {
            throw new InvalidWeightsException(
                    name,
                    "header length %d, the file has %d bytes after the length"
                            .formatted(length, content.byteSize() - LENGTH_BYTES));
        }
        return length;
    }

    private static Reader strictUtf8(MemorySegment json) {
        return new InputStreamReader(
                new SegmentInputStream(json),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private static List<TensorInfo> layOut(
            String file, List<HeaderJson.Entry> entries, long dataBegin, long dataBytes) {
        List<HeaderJson.Entry> ordered =
                entries.stream().sorted(Comparator.comparingLong(HeaderJson.Entry::begin)).toList();
        long covered = 0;
        for (HeaderJson.Entry entry : ordered) {
            if (entry.begin() != covered) {
                throw entry.refused(
                        file,
                        "begins at data byte %d, %s at %d"
                                .formatted(
                                        entry.begin(),
                                        entry.begin() < covered
                                                ? "overlapping the tensor that ends"
                                                : "leaving a hole after the one that ends",
                                        covered));
            }
            if (entry.end() > dataBytes) {
                throw entry.refused(
                        file,
                        "ends at data byte %d, the file has %d data bytes"
                                .formatted(entry.end(), dataBytes));
            }
            covered = entry.end();
        }
        if (covered != dataBytes) {
            throw new InvalidWeightsException(
                    file,
                    "%d bytes after the last tensor, allowed none".formatted(dataBytes - covered));
        }
        return ordered.stream().map(entry -> entry.toInfo(file, dataBegin)).toList();
    }
}
