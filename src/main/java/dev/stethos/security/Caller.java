package dev.stethos.security;

import dev.stethos.web.ApiException;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who makes a request, as [AccessGate] found out.
public final class Caller {
    private static final String PLACE = "stethos.caller";

    private final String name;
    private final Set<Role> roles;
    private final String refusal;
    private final @Nullable KeyBudget budget;

    /// `refusal` tells the caller why something else than `roles` allow is not for them.
    Caller(String name, Set<Role> roles, String refusal, @Nullable KeyBudget budget) {
        this.name = name;
        this.roles = Set.copyOf(roles);
        this.refusal = refusal;
        this.budget = budget;
    }

    /// The request's caller; a request that did not pass the gate has none and is refused.
    public static Caller of(RoutingContext http) {
        Caller caller = http.get(PLACE);
        if (caller == null) {
            throw new ApiException(
                    401, null, "invalid_api_key", "Authorization: the caller is not known");
        }
        return caller;
    }

    void enter(RoutingContext http) {
        http.put(PLACE, this);
    }

    /// The key's name, or `loopback` or `anonymous` where no key is needed.
    public String name() {
        return name;
    }

    /// Refuses a caller without this role.
    public void require(Role role) {
        if (!roles.contains(role) && !roles.contains(Role.ADMIN)) {
            throw forbidden();
        }
    }

    void requireAllowed(String path) {
        if (!AccessRules.allows(roles, path)) {
            throw forbidden();
        }
    }

    /// Counts one request, or refuses it until there is room for one.
    void countRequest(RoutingContext http) {
        if (budget != null) {
            budget.countRequest(http);
        }
    }

    /// Reserves the most tokens that a request may read and make, or refuses it until there is room
    /// for them. Before the answer's head is written.
    public TokenCharge reserve(RoutingContext http, long tokens) {
        return budget == null ? TokenCharge.FREE : budget.reserve(http, tokens);
    }

    private ApiException forbidden() {
        return new ApiException(403, null, "forbidden", refusal);
    }
}
