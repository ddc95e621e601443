package dev.stethos.lab.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// A judge behind an OpenAI-compatible API: chat completions at temperature 0. At most `atOnce`
/// questions are under way; one that is turned away (429 or 5xx) is asked again a few times.
public final class HttpJudge implements Judge, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 4;
    private static final int MAX_TOKENS = 256;
    private static final int SHOWN = 300;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(5);

    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
    private final URI address;
    private final String model;
    private final @Nullable String key;
    private final Duration pause;
    private final Semaphore free;

    /// @param base the API's address, which ends like `/v1`
    /// @param key a bearer token, or null
    /// @param pause before a question is asked again the first time; it doubles
    public HttpJudge(String base, String model, @Nullable String key, int atOnce, Duration pause) {
        String end = base.endsWith("/") ? "chat/completions" : "/chat/completions";
        address = URI.create(base + end);
        String scheme = address.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException(
                    "judge '%s', allowed is an address like https://host/v1".formatted(base));
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException(
                    "%d questions at once, allowed is 1 or more".formatted(atOnce));
        }
        this.model = model;
        this.key = key;
        this.pause = pause;
        free = new Semaphore(atOnce);
    }

    @Override
    public String answer(String question) {
        free.acquireUninterruptibly();
        try {
            HttpRequest request = request(question);
            for (int attempt = 1; ; attempt++) {
                HttpResponse<String> response =
                        client.send(request, HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (status == 200) {
                    return text(response.body());
                }
                if (attempt == TRIES || (status != 429 && status < 500)) {
                    throw new JudgeException(
                            "judge %s: status %d: %s"
                                    .formatted(address, status, head(response.body())));
                }
                Thread.sleep(pause.multipliedBy(1L << (attempt - 1)));
            }
        } catch (IOException e) {
            throw new JudgeException("judge %s: %s".formatted(address, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JudgeException("judge %s: interrupted".formatted(address), e);
        } finally {
            free.release();
        }
    }

    private HttpRequest request(String question) {
        ObjectNode body = JSON.createObjectNode();
        body.put("model", model).put("temperature", 0).put("max_tokens", MAX_TOKENS);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address)
                        .timeout(ANSWER)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request.build();
    }

    private String text(String body) {
        try {
            JsonNode content = JSON.readTree(body).at("/choices/0/message/content");
            if (content.isTextual()) {
                return content.asText();
            }
        } catch (JsonProcessingException e) {
            throw new JudgeException("judge %s: not JSON: %s".formatted(address, head(body)), e);
        }
        throw new JudgeException("judge %s: no message in %s".formatted(address, head(body)));
    }

    private static String head(String body) {
        return body.length() > SHOWN ? body.substring(0, SHOWN) + " ..." : body;
    }

    @Override
    public void close() {
        client.close();
    }
}
