package dev.stethos.security.oidc;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a test configures about an issuer.
public record OidcSettings(
        Optional<URI> issuer,
        Optional<List<String>> audience,
        String rolesClaim,
        OptionalLong requestsPerMinute)
        implements OidcConfig {
    public static final OidcSettings NONE =
            new OidcSettings(Optional.empty(), Optional.empty(), "roles", OptionalLong.empty());

    public static OidcSettings of(URI issuer) {
        return new OidcSettings(
                Optional.of(issuer),
                Optional.of(List.of("stethos")),
                "roles",
                OptionalLong.empty());
    }

    public OidcSettings withRolesClaim(String claim) {
        return new OidcSettings(issuer, audience, claim, requestsPerMinute);
    }

    public OidcSettings withRequestsPerMinute(long limit) {
        return new OidcSettings(issuer, audience, rolesClaim, OptionalLong.of(limit));
    }

    @Override
    public String appRole() {
        return "app";
    }

    @Override
    public String evaluatorRole() {
        return "evaluator";
    }

    @Override
    public String adminRole() {
        return "stethos-admins";
    }

    @Override
    public Duration clockSkew() {
        return Duration.ofSeconds(30);
    }

    @Override
    public Duration refresh() {
        return Duration.ofMinutes(10);
    }

    @Override
    public OptionalLong tokensPerMinute() {
        return OptionalLong.empty();
    }
}
