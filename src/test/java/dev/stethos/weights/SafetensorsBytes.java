package dev.stethos.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Safetensors files put together byte by byte, good and bad.
final class SafetensorsBytes {
    static final String ENTRY = "{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}";

    private SafetensorsBytes() {}

    /// A file of that header text, with its true length before it, and `dataBytes` zeros.
    static byte[] file(String header, int dataBytes) {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static byte[] file(byte[] header, int dataBytes) {
        return declaring(header.length, header, dataBytes);
    }

    /// A file that declares `length`, whatever follows.
    static byte[] declaring(long length, byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    static byte[] valid() {
        return file("{\"a\":" + ENTRY + "}", 16);
    }

    /// A file of one tensor `a` with these raw JSON values.
    static byte[] tensor(String dtype, String shape, String offsets, int dataBytes) {
        return file(
                "{\"a\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}"
                        .formatted(dtype, shape, offsets),
                dataBytes);
    }
}
