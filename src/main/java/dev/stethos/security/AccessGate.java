package dev.stethos.security;

import dev.stethos.web.ApiException;
import dev.stethos.web.Refusals;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Stands before every path of the API, those that do not exist included: finds out who asks, and
/// lets on only whom [AccessRules] and the key's limits allow. Before any body is read.
@Singleton
public final class AccessGate {
    private static final int BEFORE_BODIES_ARE_READ = 950;
    private static final long SHORT_BODY = 1 << 20;

    private final Keys keys;
    private final AuditLog audit;
    private final Refusals refusals;

    AccessGate(Keys keys, AuditLog audit, Refusals refusals) {
        this.keys = keys;
        this.audit = audit;
        this.refusals = refusals;
    }

    void register(@Observes Filters filters) {
        filters.register(this::guard, BEFORE_BODIES_ARE_READ);
    }

    void guard(RoutingContext http) {
        CompletableFuture<Caller> caller = keys.caller(http.request());
        if (caller.isDone()) {
            decide(http, caller);
        } else {
            // Nobody reads the body meanwhile: the server holds it back until something asks for
            // it.
            Context context = http.vertx().getOrCreateContext();
            CompletableFuture<Caller> _ =
                    caller.whenComplete((known, problem) ->
                            context.runOnContext(ready -> decideLate(http, caller)));
        }
    }

    /// No router is above to see what fails.
    private void decideLate(RoutingContext http, CompletableFuture<Caller> found) {
        try {
            decide(http, found);
        } catch (RuntimeException e) {
            http.fail(e);
        }
    }

    private void decide(RoutingContext http, CompletableFuture<Caller> found) {
        String actor = "unknown";
        try {
            Caller caller = known(found);
            actor = caller.name();
            String path = http.normalizedPath();
            if (keys.areNeeded() || AccessRules.isAdmin(path)) {
                caller.requireAllowed(path);
            }
            if (AccessRules.isAdmin(path) && LocalCaller.isForeign(http.request())) {
                throw new ApiException(
                        403,
                        null,
                        "forbidden",
                        "Origin: another site's page may not use the admin API");
            }
            caller.countRequest(http);
            caller.enter(http);
        } catch (ApiException refusal) {
            audit.refused(http, actor, refusal.status());
            leaveBody(http);
            refusals.answer(http, refusal);
            return;
        }
        audit.watch(http, actor);
        http.next();
    }

    private static Caller known(CompletableFuture<Caller> found) {
        try {
            return found.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    /// A short body is read and dropped, so that the connection can go on; a long one ends it.
    private static void leaveBody(RoutingContext http) {
        String length = http.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean chunked = http.request().getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
        if (chunked || (length != null && Long.parseLong(length) > SHORT_BODY)) {
            http.response().putHeader(HttpHeaders.CONNECTION, "close");
        } else {
            HttpServerRequest _ = http.request().resume();
        }
    }
}
