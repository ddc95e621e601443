package dev.stethos.security;

import dev.stethos.security.oidc.LoopbackIssuer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/// An issuer beside the server under test, which is told of it. `/token?<role>` gives a token.
public final class IssuerResource implements QuarkusTestResourceLifecycleManager {
    private final LoopbackIssuer issuer = new LoopbackIssuer();

    @Override
    public Map<String, String> start() {
        return Map.of(
                "stethos.security.oidc.issuer", issuer.address().toString(),
                "stethos.security.oidc.audience", "stethos",
                "stethos.security.oidc.admin-role", "stethos-admins");
    }

    @Override
    public void stop() {
        issuer.close();
    }
}
