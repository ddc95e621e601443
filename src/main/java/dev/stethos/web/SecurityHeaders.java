package dev.stethos.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;

/// Headers of every answer: no cache keeps it, no browser guesses its type or shows it in another
/// site's frame.
@Singleton
public final class SecurityHeaders {
    static final Map<String, String> ALL =
            Map.of(
                    "Cache-Control", "no-store",
                    "X-Content-Type-Options", "nosniff",
                    "X-Frame-Options", "DENY");

    private static final int BEFORE_ANYTHING_IS_REFUSED = 990;

    SecurityHeaders() {}

    void register(@Observes Filters filters) {
        filters.register(SecurityHeaders::set, BEFORE_ANYTHING_IS_REFUSED);
    }

    private static void set(RoutingContext context) {
        ALL.forEach(context.response()::putHeader);
        context.next();
    }
}
