package dev.stethos.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/// Gives every answer an `X-Request-Id`: the client's own if it is harmless, else a new one. What
/// is logged for the request has it too.
@Singleton
public final class RequestIds {
    public static final String HEADER = "X-Request-Id";

    static final String MDC_KEY = "request";

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int BEFORE_ALL_OTHERS = 1000;

    void register(@Observes Filters filters) {
        filters.register(RequestIds::assign, BEFORE_ALL_OTHERS);
    }

    private static void assign(RoutingContext context) {
        Object _ = MDC.put(MDC_KEY, of(context));
        context.next();
    }

    /// The id of a request that is being answered; sets the header if that is still to be done.
    public static String of(RoutingContext context) {
        String known = context.response().headers().get(HEADER);
        if (known != null) {
            return known;
        }
        String given = context.request().getHeader(HEADER);
        String id =
                given != null && HARMLESS.matcher(given).matches()
                        ? given
                        : UUID.randomUUID().toString();
        context.response().putHeader(HEADER, id);
        return id;
    }
}
