package dev.stethos.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// HTTP requests with JSON bodies, each on a thread of its own.
final class Call {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final HttpClient client;

    Call(HttpClient client) {
        this.client = client;
    }

    HttpResponse<String> send(String method, URI uri, String body)
            throws IOException, InterruptedException {
        return client.send(request(method, uri, body), BodyHandlers.ofString());
    }

    HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return send("GET", uri, "");
    }

    /// An answer whose body is read as it comes.
    HttpResponse<InputStream> open(URI uri, String body) throws IOException, InterruptedException {
        return client.send(request("POST", uri, body), BodyHandlers.ofInputStream());
    }

    private static HttpRequest request(String method, URI uri, String body) {
        return HttpRequest.newBuilder(uri)
                .timeout(LONGEST)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    static BufferedReader lines(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    /// Whether it is a refusal that says when to come again.
    static boolean refuses(HttpResponse<?> answer) {
        boolean busy = answer.statusCode() == 429 || answer.statusCode() == 503;
        return busy
                && answer.headers().firstValue("Retry-After").stream()
                        .anyMatch(seconds -> seconds.matches("[1-9]\\d*"));
    }
}
