package dev.stethos.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What no HTTP client would send: each gets the one error shape and, where the parser gave up, the
/// connection's end.
@QuarkusTest
final class RawHttpIT {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final String HOST = "Host: localhost\r\n";
    private static final String JSON_TYPE = HOST + "Content-Type: application/json\r\n";

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GARBAGE|400|bad_request",
                "GET /v1/models HTTP/9.9|400|bad_request",
                "GET /v1/%zz HTTP/1.1|400|bad_request",
                "GET /v1/models HTTP/1.1~X-A: LARGE|431|headers_too_large",
                "GET /LARGE HTTP/1.1|414|uri_too_long",
                "POST /tokenize HTTP/1.1~Content-Length: 2~Content-Length: 3|400|bad_request",
                "POST /tokenize HTTP/1.1~Content-Length: 2, 3|400|bad_request",
                "POST /tokenize HTTP/1.1~Content-Length: -2|400|bad_request",
                "POST /tokenize HTTP/1.1~Content-Length: 99999999999999999999|400|bad_request",
                "POST /tokenize HTTP/1.1~Content-Length: 2~Transfer-Encoding: chunked|400|bad_request",
                "POST /tokenize HTTP/1.1~Transfer-Encoding: chunked~Content-Length: 2|400|bad_request",
                "GET /v1/models HTTP/1.1~Bad Header: x|400|bad_request",
                "GET /v1/models HTTP/1.1~Host: elsewhere|400|bad_request",
                "BREW /v1/models HTTP/1.1|405|method_not_allowed",
            })
    void refusesWhatIsNotHttp(String head, int status, String code) throws IOException {
        String lines =
                head.replace("~", "\r\n").replace("LARGE", "a".repeat(70_000))
                        + "\r\n"
                        + JSON_TYPE
                        + "Connection: close\r\n\r\n{}";

        assertRefused(exchange(lines), status, code);
    }

    @Test
    void doesNotWaitForAHeadThatNeverEnds() throws IOException {
        assertRefused(
                exchange("GET /v1/models HTTP/1.1\r\n" + HOST + "X-Slow: "),
                408,
                "request_timeout");
    }

    @Test
    void servesSeveralRequestsOnOneConnection() throws IOException {
        String request = "GET /v1/models HTTP/1.1\r\n" + HOST;

        assertThat(exchange(request + "\r\n" + request + "Connection: close\r\n\r\n"))
                .containsPattern("(?s)HTTP/1.1 200 OK.*HTTP/1.1 200 OK");
    }

    @Test
    void refusesAChunkedBodyOverTheLimit() throws IOException {
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
        StringBuilder request =
                new StringBuilder("POST /tokenize HTTP/1.1\r\n")
                        .append(JSON_TYPE)
                        .append("Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 80; i++) {
            request.append(chunk);
        }

        assertRefused(exchange(request + "0\r\n\r\n"), 413, "body_too_large");
    }

    /// Sends and reads until the server closes the connection.
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void assertRefused(String answer, int status, String code) throws IOException {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains("content-type: application/json", "x-request-id: ");
        JsonNode error =
                new ObjectMapper()
                        .readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                        .get("error");
        assertThat(error.get("code").textValue()).isEqualTo(code);
        assertThat(error.get("type").textValue()).isEqualTo("invalid_request_error");
        assertThat(error.get("message").textValue()).isNotBlank();
    }
}
