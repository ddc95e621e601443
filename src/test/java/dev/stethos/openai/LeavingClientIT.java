package dev.stethos.openai;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Clients that leave, read too slowly or ask for too much cost nothing that stays.
@QuarkusTest
final class LeavingClientIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String LONG =
            "\"prompt\":\"a\",\"ignore_eos\":true,\"temperature\":1,\"max_tokens\":900";

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init")
    URI uri;

    @TestHTTPResource(value = "/metrics", management = true)
    @SuppressWarnings("NullAway.Init")
    URI metrics;

    @SuppressWarnings("NullAway.Init")
    private Api api;

    @BeforeEach
    void connect() {
        api = new Api(uri);
    }

    @Test
    void leavingAStreamEndsItsSequences() throws IOException {
        awaitIdle();
        double before = cancelled();
        try (RawConnection client = new RawConnection(uri)) {
            client.post("v1/completions", body(LONG + ",\"n\":16,\"stream\":true"));
            client.readUntil("data: ");
        }
        awaitIdle();
        assertThat(cancelled() - before).isEqualTo(16);
    }

    @Test
    void leavingBeforeAWholeAnswerEndsItsSequences() throws IOException {
        double before = cancelled();
        try (RawConnection client = new RawConnection(uri)) {
            client.post("v1/completions", body(LONG + ",\"n\":32"));
            await(() -> gauge("stethos_sequences_running") > 0);
        }
        awaitIdle();
        assertThat(cancelled() - before).isPositive();
    }

    /// The server's buffers, the client's and the waiting events hold a part of what 16 sequences
    /// say; the rest is not generated.
    @Test
    void aClientThatDoesNotReadIsCutOff() throws IOException {
        double before = cancelled();
        try (RawConnection client = new RawConnection(uri, 4096)) {
            client.post("v1/completions", body(LONG + ",\"n\":16,\"stream\":true"));
            await(() -> cancelled() > before);
            awaitIdle();
            assertThat(client.readToTheEnd())
                    .startsWith("HTTP/1.1 200")
                    .hasSizeLessThan(1_000_000)
                    .doesNotContain("[DONE]");
        }
        assertThat(cancelled() - before).isEqualTo(16);
    }

    @Test
    void aFullQueueIsAnsweredWithWhenToComeBack() throws IOException {
        List<RawConnection> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                RawConnection client = new RawConnection(uri);
                clients.add(client);
                client.post("v1/completions", body(LONG + ",\"n\":128"));
            }
            await(() ->
                    gauge("stethos_sequences_running") + gauge("stethos_sequences_waiting") > 128);
            Response refused = api.post("v1/completions", body(LONG + ",\"n\":128"));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).matches("[1-9][0-9]*");
            assertThat(refused.jsonPath().getString("error.code")).isEqualTo("rate_limit_exceeded");
        } finally {
            for (RawConnection client : clients) {
                client.close();
            }
        }
        awaitIdle();
    }

    private String body(String fields) {
        return Api.withModel(api.model(), fields);
    }

    private void awaitIdle() {
        await(() ->
                gauge("stethos_sequences_running") == 0 && gauge("stethos_sequences_waiting") == 0);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private double cancelled() {
        return sum("stethos_sequences_finished_total\\{[^}]*cancelled[^}]*}");
    }

    private double gauge(String name) {
        return sum(name + "(\\{[^}]*})?");
    }

    private double sum(String series) {
        Matcher matcher =
                Pattern.compile("(?mi)^" + series + " ([0-9.eE+-]+)$")
                        .matcher(given().get(metrics).asString());
        double sum = 0;
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(matcher.groupCount()));
        }
        return sum;
    }
}
