package dev.stethos.lab.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HttpJudgeTest {
    private static final String ANSWER = "{\"choices\": [{\"message\": {\"content\": \"seven\"}}]}";

    private record Reply(int status, String body) {}

    private final Deque<Reply> script = new ArrayDeque<>();
    private final List<String> bodies = new ArrayList<>();
    private final List<@Nullable String> keys = new ArrayList<>();
    private final HttpServer server;

    HttpJudgeTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext(
                "/v1/chat/completions",
                exchange -> {
                    bodies.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
                    Reply reply = script.remove();
                    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(reply.status(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String ask(@Nullable String key) {
        String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        try (HttpJudge judge = new HttpJudge(base, "wise", key, 2, Duration.ofMillis(1))) {
            return judge.answer("How many?");
        }
    }

    @Test
    void asksAsOpenAisClientsDo() {
        script.add(new Reply(200, ANSWER));
        assertThat(ask("secret")).isEqualTo("seven");
        assertThat(keys).containsExactly("Bearer secret");
        assertThat(bodies)
                .containsExactly(
                        "{\"model\":\"wise\",\"temperature\":0,\"max_tokens\":256,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"How many?\"}]}");
    }

    @Test
    void sendsNoKeyWithoutOne() {
        script.add(new Reply(200, ANSWER));
        assertThat(ask(null)).isEqualTo("seven");
        assertThat(keys).hasSize(1).containsOnlyNulls();
    }

    @Test
    void asksAgainWhenItIsTurnedAway() {
        script.addAll(List.of(new Reply(429, "slow"), new Reply(503, "full")));
        script.add(new Reply(200, ANSWER));
        assertThat(ask(null)).isEqualTo("seven");
        assertThat(bodies).hasSize(3);
    }

    @Test
    void givesUpAfterAFewTries() {
        for (int i = 0; i < 5; i++) {
            script.add(new Reply(503, "full"));
        }
        assertThatThrownBy(() -> ask(null))
                .isInstanceOf(JudgeException.class)
                .hasMessageContaining("/v1/chat/completions: status 503: full");
        assertThat(script).hasSize(1);
    }

    @Test
    void doesNotAskAgainWhenItIsRefused() {
        script.add(new Reply(401, "who are you"));
        assertThatThrownBy(() -> ask(null)).hasMessageContaining("status 401: who are you");
        assertThat(bodies).hasSize(1);
    }

    @Test
    void refusesAnAnswerWithoutAMessage() {
        script.add(new Reply(200, "{\"choices\": []}"));
        assertThatThrownBy(() -> ask(null)).hasMessageContaining("no message in {\"choices\": []}");
        script.add(new Reply(200, "<html>"));
        assertThatThrownBy(() -> ask(null)).hasMessageContaining("not JSON: <html>");
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> new HttpJudge("host/v1", "m", null, 1, Duration.ZERO))
                .hasMessage("judge 'host/v1', allowed is an address like https://host/v1");
    }
}
