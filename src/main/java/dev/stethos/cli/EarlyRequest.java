package dev.stethos.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.config.Config;

/// A request that the server sends itself while its model is still loading. It is answered 503, or
/// 401 where keys are needed, and what the first request runs for the first time has then run: the
/// router, the JSON reader, the error writer.
final class EarlyRequest {
    private static final int PATIENCE_MILLIS = 2000;
    private static final String BODY =
            "{\"model\": \"early\", \"prompt\": \"\", \"max_tokens\": 1}";

    private EarlyRequest() {}

    /// Waits for the answer; a server that cannot be reached from itself goes without.
    static void send(Config config) {
        String host = config.getValue("quarkus.http.host", String.class);
        int port = config.getValue("quarkus.http.port", Integer.class);
        String request =
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                        + BODY.length()
                        + "\r\n\r\n"
                        + BODY;
        try (Socket socket = new Socket(InetAddress.getByName(host), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The first request will take some milliseconds longer.
        }
    }
}
