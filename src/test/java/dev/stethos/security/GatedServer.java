package dev.stethos.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stethos.web.ApiException;
import dev.stethos.web.Refusals;
import dev.stethos.web.RequestIds;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A server behind the gate that answers every path with 200 and the caller's name, and a client
/// over plain sockets.
final class GatedServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final AtomicLong used = new AtomicLong(-1);
    private final Refusals refusals = new Refusals(new ObjectMapper());
    private final Keys keys;
    private final HttpServer server;

    private GatedServer(Keys keys) {
        this.keys = keys;
        AccessGate gate = new AccessGate(keys, new AuditLog(audited::add), refusals);
        Router router = Router.router(vertx);
        router.route()
                .handler(http -> {
                    assertThat(RequestIds.of(http)).isNotBlank();
                    http.next();
                });
        router.route().handler(gate::guard);
        router.route("/v1/completions").handler(this::complete);
        router.route("/admin/active")
                .handler(http -> {
                    AuditLog.about(http, "profile\r\nactor=forged");
                    http.next();
                });
        router.route().handler(http -> http.response().end(Caller.of(http).name()));
        server =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
    }

    static GatedServer start(
            SecurityConfig config, @Nullable String adminKey, Instant now, TimeMeter meter) {
        return new GatedServer(
                new Keys(config, adminKey, "127.0.0.1", InstantSource.fixed(now), meter));
    }

    /// Reserves 100 tokens and settles for what [#use] says, if it was told.
    private void complete(RoutingContext http) {
        try {
            TokenCharge charge = Caller.of(http).reserve(http, 100);
            if (used.get() >= 0) {
                charge.settle(used.get());
            }
            http.next();
        } catch (ApiException refusal) {
            refusals.answer(http, refusal);
        }
    }

    void use(long tokens) {
        used.set(tokens);
    }

    Keys keys() {
        return keys;
    }

    List<String> audited() {
        return audited;
    }

    int port() {
        return server.actualPort();
    }

    /// The whole answer, its head in lower case.
    String request(String line, @Nullable String key, String body, String... headers)
            throws IOException {
        StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\nConnection: close\r\n");
        if (headers.length == 0 || !headers[0].startsWith("Host:")) {
            head.append("Host: localhost:").append(port()).append("\r\n");
        }
        if (key != null) {
            head.append("Authorization: Bearer ").append(key).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return answer.substring(0, end).toLowerCase(Locale.ROOT) + answer.substring(end);
        }
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        keys.close();
    }
}
