package dev.stethos.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Answers refused requests that no endpoint saw, in the one error shape.
@Singleton
public final class Refusals {
    private final ObjectMapper json;

    public Refusals(ObjectMapper json) {
        this.json = json;
    }

    /// Ends the request, unless it has been answered.
    public void answer(RoutingContext context, ApiException refusal) {
        if (context.response().ended()) {
            return;
        }
        headers(refusal).forEach(context.response()::putHeader);
        context.response()
                .setStatusCode(refusal.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(text(refusal));
    }

    /// What a refusal says beside its body: how to come in, or when to come again.
    static Map<String, String> headers(ApiException refusal) {
        Map<String, String> headers = new LinkedHashMap<>();
        Duration wait = refusal.retryAfter();
        if (wait != null) {
            long seconds = wait.plusNanos(999_999_999).toSeconds();
            headers.put("Retry-After", Long.toString(Math.max(1, seconds)));
        }
        if (refusal.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return headers;
    }

    private String text(ApiException refusal) {
        try {
            return json.writeValueAsString(refusal.body());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
