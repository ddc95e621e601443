package dev.stethos.security.oidc;

import java.util.Set;

/// What an accepted token says: who its bearer is, and the roles as the issuer calls them.
public record VerifiedToken(String subject, Set<String> roles) {
    public VerifiedToken {
        roles = Set.copyOf(roles);
    }
}
