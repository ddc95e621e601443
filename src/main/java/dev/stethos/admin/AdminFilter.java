package dev.stethos.admin;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Asks the gate for every path below `/admin`, whichever package answers it; the caller's name is
/// the request's principal from then on.
@Singleton
public final class AdminFilter {
    private static final String ADMIN = "/admin/";

    AdminFilter() {}

    @ServerRequestFilter
    void guard(ContainerRequestContext context, RoutingContext http) {
        String path = context.getUriInfo().getPath();
        if ((path.startsWith("/") ? path : "/" + path).startsWith(ADMIN)) {
            String actor = AdminGate.admit(http);
            context.setSecurityContext(new Admitted(actor, context.getSecurityContext()));
        }
    }

    private record Admitted(String actor, SecurityContext before) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return () -> actor;
        }

        @Override
        public boolean isUserInRole(String role) {
            return role.equals("admin");
        }

        @Override
        public boolean isSecure() {
            return before.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return "Bearer";
        }
    }
}
