package dev.stethos.admin;

import dev.stethos.security.Caller;
import dev.stethos.security.Role;
import io.vertx.ext.web.RoutingContext;

/// Asks once more, at the endpoint, what the gate before all paths has asked: whether the caller is
/// an administrator.
final class AdminGate {
    private AdminGate() {}

    /// The caller's name for the history, or a refusal.
    static String admit(RoutingContext http) {
        Caller caller = Caller.of(http);
        caller.require(Role.ADMIN);
        return caller.name();
    }
}
