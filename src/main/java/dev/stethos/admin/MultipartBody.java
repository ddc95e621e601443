package dev.stethos.admin;

import dev.stethos.web.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The parts of a `multipart/form-data` body (RFC 7578), one after the other as they arrive, in the
/// memory of one buffer. What is malformed or too long is an [ApiException].
final class MultipartBody {
    private static final int BUFFER = 1 << 16;
    private static final int MAX_HEADERS = 8192;
    private static final Pattern TYPE =
            Pattern.compile(
                    "multipart/form-data\\s*;.*?\\bboundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70})).*",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER =
            Pattern.compile("\\G\\s*;\\s*([A-Za-z*]+)=(?:\"([^\"]*)\"|([^\\s;\"]*))");
    private static final Set<String> PLAIN = Set.of("binary", "8bit", "7bit");

    private final InputStream in;
    private final long maxBytes;
    private final byte[] delimiter;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long taken;
    private @Nullable Content current;
    private boolean ended;

    private MultipartBody(InputStream in, String boundary, long maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        // The first delimiter stands at the body's begin, without a line end before it.
        buffer[0] = '\r';
        buffer[1] = '\n';
        limit = 2;
    }

    /// A body of that content type, at most `maxBytes` long.
    static MultipartBody of(@Nullable String contentType, InputStream in, long maxBytes) {
        Matcher type = TYPE.matcher(contentType == null ? "" : contentType);
        if (!type.matches()) {
            throw new ApiException(
                    415,
                    null,
                    "unsupported_media_type",
                    "header Content-Type: allowed is multipart/form-data with a boundary");
        }
        return new MultipartBody(
                in, type.group(1) == null ? type.group(2) : type.group(1), maxBytes);
    }

    /// A part: its name and its bytes, which can be read until the next part is asked for.
    record Part(String name, InputStream content) {}

    /// The next part, null after the last one.
    @Nullable Part next() throws IOException {
        if (ended) {
            return null;
        }
        if (current == null) {
            current = new Content();
            if (current.read() >= 0) {
                throw malformed("it begins with something else than the boundary");
            }
        } else {
            current.skipAll();
        }
        String rest = line();
        if (rest.equals("--")) {
            ended = true;
            return null;
        }
        if (!rest.isEmpty()) {
            throw malformed("a boundary is followed by something else than a line end");
        }
        current = new Content();
        return new Part(name(), current);
    }

    /// Reads a part's headers to the empty line.
    private String name() throws IOException {
        String name = null;
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            length += line.length();
            if (length > MAX_HEADERS) {
                throw malformed("a part's headers are longer than " + MAX_HEADERS + " bytes");
            }
            String[] header = line.split(":", 2);
            String value = header.length == 2 ? header[1].strip() : "";
            switch (header[0].strip().toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> name = dispositionName(value);
                case "content-transfer-encoding" -> {
                    if (!PLAIN.contains(value.toLowerCase(Locale.ROOT))) {
                        throw malformed("a part has a transfer encoding, allowed is none");
                    }
                }
                default -> {}
            }
        }
        if (name == null) {
            throw malformed("a part has no name");
        }
        return name;
    }

    private static @Nullable String dispositionName(String value) {
        String kind = "form-data";
        if (!value.regionMatches(true, 0, kind, 0, kind.length())) {
            return null;
        }
        Matcher parameter = PARAMETER.matcher(value.substring(kind.length()));
        while (parameter.find()) {
            if (parameter.group(1).equalsIgnoreCase("name")) {
                return parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            }
        }
        return null;
    }

    /// What is before the next line end, which is passed over.
    private String line() throws IOException {
        int scanned = 0;
        while (true) {
            for (int i = position + scanned; i + 1 < limit; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n') {
                    String line =
                            new String(buffer, position, i - position, StandardCharsets.UTF_8);
                    position = i + 2;
                    return line;
                }
            }
            scanned = Math.max(0, limit - position - 1);
            if (scanned > MAX_HEADERS) {
                throw malformed("a line is longer than " + MAX_HEADERS + " bytes");
            }
            if (!fill()) {
                String last =
                        new String(buffer, position, limit - position, StandardCharsets.UTF_8);
                if (last.equals("--")) {
                    position = limit;
                    return last;
                }
                throw malformed("it ends before the last boundary");
            }
        }
    }

    /// Makes room and reads more; false at the end.
    private boolean fill() throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            return false;
        }
        limit += count;
        taken += count;
        if (taken > maxBytes) {
            throw new ApiException(
                    413,
                    null,
                    "body_too_large",
                    "body: more than %d bytes were given, which are allowed".formatted(maxBytes));
        }
        return true;
    }

    private static ApiException malformed(String problem) {
        return new ApiException(
                400, null, "malformed_multipart", "body, multipart/form-data: " + problem);
    }

    /// The bytes up to the next delimiter.
    private final class Content extends InputStream {
        private boolean finished;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (finished || length == 0) {
                return finished ? -1 : 0;
            }
            while (true) {
                int end = contentEnd();
                if (end > position) {
                    int count = Math.min(length, end - position);
                    System.arraycopy(buffer, position, target, offset, count);
                    position += count;
                    return count;
                }
                if (startsWithDelimiter()) {
                    position += delimiter.length;
                    finished = true;
                    return -1;
                }
                if (!fill()) {
                    throw malformed("it ends within a part");
                }
            }
        }

        private boolean startsWithDelimiter() {
            return limit - position >= delimiter.length
                    && Arrays.equals(
                            buffer,
                            position,
                            position + delimiter.length,
                            delimiter,
                            0,
                            delimiter.length);
        }

        /// Where bytes begin that are, or may become, the delimiter.
        private int contentEnd() {
            for (int i = position; i < limit; i++) {
                if (buffer[i] == '\r') {
                    int there = Math.min(delimiter.length, limit - i);
                    if (Arrays.equals(buffer, i, i + there, delimiter, 0, there)) {
                        return i;
                    }
                }
            }
            return limit;
        }

        void skipAll() throws IOException {
            byte[] rest = new byte[BUFFER];
            int count;
            do {
                count = read(rest, 0, rest.length);
            } while (count >= 0);
        }
    }
}
