package dev.stethos.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.jboss.logging.Logger;

/// Gives the failures that never reach an endpoint their [ErrorBody]: paths that no route serves or
/// that cannot be read, and bodies whose announced length is over the limit.
@Singleton
public final class RouterFailures {
    private static final Logger LOG = Logger.getLogger(RouterFailures.class);
    private static final int BEFORE_BODIES_ARE_READ = 900;
    private static final int LAST_BUT_FOR_THE_FRAMEWORK = Integer.MAX_VALUE - 1;

    private final Refusals refusals;
    private final long maxJsonBody;
    private final long maxBody;

    RouterFailures(Refusals refusals, WebConfig config) {
        this.refusals = refusals;
        this.maxBody = config.maxBody().asLongValue();
        this.maxJsonBody = config.maxJsonBody().asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::refuseLargeBody, BEFORE_BODIES_ARE_READ);
    }

    void register(@Observes Router router) {
        for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
            router.errorHandler(status, context -> answer(context, status));
        }
        router.route()
                .order(LAST_BUT_FOR_THE_FRAMEWORK)
                .failureHandler(context -> answer(context, context.statusCode()));
    }

    private void refuseLargeBody(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean isJson = type != null && type.toLowerCase(Locale.ROOT).contains("json");
        long most = isJson ? maxJsonBody : maxBody;
        if (length != null && Long.parseLong(length) > most) {
            context.response().putHeader(HttpHeaders.CONNECTION, "close");
            refusals.answer(
                    context,
                    new ApiException(
                            413,
                            null,
                            "body_too_large",
                            "body: %s bytes were given, allowed is up to %d"
                                    .formatted(length, most)));
        } else {
            context.next();
        }
    }

    private void answer(RoutingContext context, int status) {
        String id = RequestIds.of(context);
        if (status >= 400 && status != 500) {
            refusals.answer(context, HttpRefusal.of(status, context.request()));
        } else {
            LOG.errorf(context.failure(), "request %s failed", id);
            refusals.answer(context, HttpRefusal.unforeseen(id));
        }
    }
}
