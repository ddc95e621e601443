package dev.stethos.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stethos.web.ApiException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MultipartBodyTest {
    private static final String TYPE = "multipart/form-data; boundary=B";
    private static final String HEAD = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";

    /// Gives at most so many bytes at a time, as a network does.
    private static final class Trickle extends InputStream {
        private final InputStream all;
        private final int step;

        Trickle(byte[] all, int step) {
            this.all = new ByteArrayInputStream(all);
            this.step = step;
        }

        @Override
        public int read() throws IOException {
            return all.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return all.read(target, offset, Math.min(length, step));
        }
    }

    private static Map<String, byte[]> parts(String type, byte[] body, int step)
            throws IOException {
        MultipartBody parts = MultipartBody.of(type, new Trickle(body, step), 1 << 20);
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (MultipartBody.Part part = parts.next(); part != null; part = parts.next()) {
            all.put(part.name(), part.content().readAllBytes());
        }
        return all;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Contents full of what looks like the boundary come out as they went in.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 1 << 16})
    void givesBackWhatWasSentHoweverItArrives(int step) throws IOException {
        Random random = new Random(step);
        byte[] pieces = new byte[3000];
        String alphabet = "\r\n--BX";
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        byte[] safe = ascii(new String(pieces, StandardCharsets.ISO_8859_1).replace("--B", "--X"));
        byte[] large = new byte[step == 1 ? 10 : 200_000];
        random.nextBytes(large);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(ascii(HEAD));
        body.writeBytes(safe);
        body.writeBytes(
                ascii(
                        "\r\n--B\r\ncontent-type: x/y\r\ncontent-disposition: FORM-DATA; filename=\"c; name=d\"; name=b\r\n\r\n"));
        body.writeBytes(large);
        body.writeBytes(ascii("\r\n" + HEAD.replace("\"a\"", "\"\"") + "\r\n--B--\r\n"));
        Map<String, byte[]> parts = parts(TYPE, body.toByteArray(), step);
        assertThat(parts.keySet()).containsExactly("a", "b", "");
        assertThat(parts.get("a")).isEqualTo(safe);
        assertThat(parts.get("b")).isEqualTo(large);
        assertThat(parts.get("")).isEmpty();
    }

    @Test
    void passesOverWhatWasNotRead() throws IOException {
        byte[] body = ascii(HEAD + "abc\r\n" + HEAD.replace("\"a\"", "\"b\"") + "\r\n--B--");
        MultipartBody parts = MultipartBody.of(TYPE, new ByteArrayInputStream(body), 1000);
        assertThat(parts.next()).extracting(MultipartBody.Part::name).isEqualTo("a");
        assertThat(parts.next()).extracting(MultipartBody.Part::name).isEqualTo("b");
        assertThat(parts.next()).isNull();
        assertThat(parts.next()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            nullValues = "NULL",
            value = {
                "NULL",
                "application/json",
                "multipart/form-data",
                "multipart/mixed; boundary=B",
                "multipart/form-data; boundary=",
            })
    void refusesOtherTypes(String type) {
        assertThatThrownBy(() -> parts(type, new byte[0], 1))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(415));
    }

    @Test
    void readsABoundaryInQuotes() throws IOException {
        byte[] body = ascii((HEAD + "x\r\n--B--").replace("--B", "--a b"));
        assertThat(parts("Multipart/Form-Data; charset=x; boundary=\"a b\"", body, 5))
                .containsOnlyKeys("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--",
                "preamble\r\n" + HEAD + "\r\n--B--",
                "--Bx\r\n\r\n\r\n--B--",
                HEAD,
                HEAD + "abc",
                HEAD + "abc\r\n--B",
                HEAD + "abc\r\n--B-",
                "--B\r\nContent-Type: a/b\r\n\r\nabc\r\n--B--",
                "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n\r\n--B--",
                "--B\r\nContent-Disposition: form-data; filename=\"name=a\"\r\n\r\n\r\n--B--",
                "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--B--"
            })
    void refusesWhatIsMalformed(String body) {
        assertThatThrownBy(() -> parts(TYPE, ascii(body), 4))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessageStartingWith("body, multipart/form-data: ");
    }

    @Test
    void refusesEndlessHeadersAndBodies() {
        byte[] headers = ascii("--B\r\n" + "a: b\r\n".repeat(10_000));
        assertThatThrownBy(() -> parts(TYPE, headers, 1000)).hasMessageContaining("headers");
        byte[] line = ascii("--B\r\n" + "a".repeat(100_000));
        assertThatThrownBy(() -> parts(TYPE, line, 1000)).hasMessageContaining("line");
        byte[] body = ascii(HEAD + "a".repeat(2 << 20));
        assertThatThrownBy(() -> parts(TYPE, body, 1 << 16))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(413));
    }
}
