package dev.stethos.security;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jboss.logging.Logger;

/// The log category `stethos.audit`: one line for each admin act when it has ended, with its actor,
/// what it was about and its status, and for each attempt that was refused at the gate.
@Singleton
public final class AuditLog {
    private static final Logger LOG = Logger.getLogger("stethos.audit");
    private static final String ABOUT = "stethos.audit.about";
    private static final Set<HttpMethod> LOOKS = Set.of(HttpMethod.GET, HttpMethod.HEAD);
    private static final int LONGEST = 200;

    AuditLog() {}

    /// Adds to the line what the path does not say.
    public static void about(RoutingContext http, String what) {
        http.put(ABOUT, what);
    }

    /// Writes a line when the request ends, if it is an act.
    void watch(RoutingContext http, String actor) {
        if (AccessRules.isAdmin(http.normalizedPath()) && !LOOKS.contains(http.request().method())) {
            int _ = http.addEndHandler(ended -> write(http, actor, ended.succeeded()));
        }
    }

    void refused(RoutingContext http, String actor, int status) {
        if (AccessRules.isAdmin(http.normalizedPath())) {
            LOG.infof("actor=%s act=%s outcome=%d", actor, act(http), status);
        }
    }

    private static void write(RoutingContext http, String actor, boolean answered) {
        String about = http.get(ABOUT);
        LOG.infof(
                "actor=%s act=%s about=%s outcome=%s",
                actor,
                act(http),
                about == null ? "-" : printable(about),
                answered ? Integer.toString(http.response().getStatusCode()) : "client left");
    }

    private static String act(RoutingContext http) {
        return printable(http.request().method().name()) + ":" + printable(http.normalizedPath());
    }

    /// One line without blanks, whatever the client sent.
    private static String printable(String text) {
        String plain = text.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "...";
    }
}
