package dev.stethos.security;

import dev.stethos.web.RequestIds;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// The log category `stethos.audit`: one line for each admin act when it has ended, with its actor,
/// what it was about and its status, and for each attempt that was refused at the gate.
@Singleton
public final class AuditLog {
    private static final Logger LOG = Logger.getLogger("stethos.audit");
    private static final String ABOUT = "stethos.audit.about";
    private static final Set<HttpMethod> LOOKS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final int LONGEST = 200;

    private final Consumer<String> lines;

    @Inject
    AuditLog() {
        this(LOG::info);
    }

    AuditLog(Consumer<String> lines) {
        this.lines = lines;
    }

    /// Adds to the line what the path does not say.
    public static void about(RoutingContext http, String what) {
        http.put(ABOUT, what);
    }

    /// Writes a line when the request ends, if it is an act.
    void watch(RoutingContext http, String actor) {
        if (AccessRules.isAdmin(http.normalizedPath())
                && !LOOKS.contains(http.request().method())) {
            int _ =
                    http.addEndHandler(ended ->
                            write(
                                    http,
                                    actor,
                                    ended.succeeded()
                                            ? Integer.toString(http.response().getStatusCode())
                                            : "client-left"));
        }
    }

    void refused(RoutingContext http, String actor, int status) {
        if (AccessRules.isAdmin(http.normalizedPath())) {
            write(http, actor, Integer.toString(status));
        }
    }

    private void write(RoutingContext http, String actor, String outcome) {
        String about = http.get(ABOUT);
        lines.accept(
                "actor=%s act=%s:%s about=%s outcome=%s request=%s"
                        .formatted(
                                actor,
                                printable(http.request().method().name()),
                                printable(http.normalizedPath()),
                                about == null ? "-" : printable(about),
                                outcome,
                                RequestIds.of(http)));
    }

    /// One line without blanks, whatever the client sent.
    private static String printable(String text) {
        String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "...";
    }
}
