package dev.stethos.traces;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A collector on this machine: takes OTLP over HTTP and gives back, at `/received`, all of its
/// bytes as Latin-1.
public final class TraceReceiver implements QuarkusTestResourceLifecycleManager, AutoCloseable {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final CountDownLatch first = new CountDownLatch(1);
    private final HttpServer server;
    private volatile String head = "";

    public TraceReceiver() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.createContext("/received", this::give);
        server.start();
    }

    private void take(HttpExchange http) throws IOException {
        try (http) {
            head = http.getRequestMethod() + " " + http.getRequestHeaders().entrySet();
            synchronized (received) {
                received.writeBytes(http.getRequestBody().readAllBytes());
            }
            http.sendResponseHeaders(200, -1);
        }
        first.countDown();
    }

    private void give(HttpExchange http) throws IOException {
        byte[] bytes = text().getBytes(StandardCharsets.UTF_8);
        try (http) {
            http.getResponseHeaders().set("Content-Type", "text/plain;charset=UTF-8");
            http.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            http.getResponseBody().write(bytes);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    String text() {
        synchronized (received) {
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    String head() {
        return head;
    }

    boolean hasReceived() throws InterruptedException {
        return first.await(30, TimeUnit.SECONDS);
    }

    @Override
    public Map<String, String> start() {
        return Map.of("otel.exporter.otlp.endpoint", address().toString());
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
