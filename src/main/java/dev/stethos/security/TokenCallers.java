package dev.stethos.security;

import dev.stethos.security.oidc.IssuerUnavailableException;
import dev.stethos.security.oidc.OidcConfig;
import dev.stethos.security.oidc.TokenRefusal;
import dev.stethos.security.oidc.TokenVerifier;
import dev.stethos.security.oidc.VerifiedToken;
import dev.stethos.web.ApiException;
import io.github.bucket4j.TimeMeter;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The callers behind an issuer's tokens. A caller is its subject: it is named so in the audit log
/// and shares one budget among all its tokens.
final class TokenCallers {
    private static final Duration UNTIL_THE_ISSUER_IS_BACK = Duration.ofSeconds(5);
    private static final int MOST_BUDGETS = 10_000;
    private static final int LONGEST_NAME = 100;

    private final TokenVerifier verifier;
    private final Map<String, Role> roles;
    private final KeyLimits limits;
    private final TimeMeter meter;

    /// The budgets of those who asked last; one that is forgotten starts anew.
    private final Map<String, KeyBudget> budgets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, KeyBudget> eldest) {
                    return size() > MOST_BUDGETS;
                }
            };

    TokenCallers(URI issuer, OidcConfig config, InstantSource clock, TimeMeter meter) {
        try {
            this.verifier = TokenVerifier.of(issuer, config, clock);
            this.roles =
                    Map.of(
                            config.appRole(), Role.APP,
                            config.evaluatorRole(), Role.EVALUATOR,
                            config.adminRole(), Role.ADMIN);
            this.limits =
                    new KeyLimits(
                            orNull(config.requestsPerMinute()), orNull(config.tokensPerMinute()));
        } catch (IllegalArgumentException e) {
            throw new AccessException(String.valueOf(e.getMessage()), e);
        }
        this.meter = meter;
    }

    private static @Nullable Long orNull(OptionalLong limit) {
        return limit.isPresent() ? (Long) limit.getAsLong() : null;
    }

    /// Fails with an [ApiException]: 401 for a token that is not accepted, 503 while nothing can be
    /// said about it.
    CompletableFuture<Caller> caller(String token) {
        return verifier.verify(token).handle(this::answer);
    }

    private Caller answer(@Nullable VerifiedToken token, @Nullable Throwable problem) {
        Throwable cause = problem instanceof CompletionException e ? e.getCause() : problem;
        if (cause instanceof TokenRefusal refusal) {
            throw new ApiException(
                    401, null, "invalid_token", "Authorization: " + refusal.getMessage());
        }
        if (cause instanceof IssuerUnavailableException || token == null) {
            throw new ApiException(
                    503,
                    null,
                    "issuer_unavailable",
                    "Authorization: the token's issuer cannot be asked for its signing keys now",
                    UNTIL_THE_ISSUER_IS_BACK);
        }
        Set<Role> granted = EnumSet.noneOf(Role.class);
        for (String role : token.roles()) {
            Role known = roles.get(role);
            if (known != null) {
                granted.add(known);
            }
        }
        String name = "oidc:" + printable(token.subject());
        return new Caller(
                name,
                granted,
                "%s: this path is not for the token's roles here (%s)".formatted(name, granted),
                budget(token.subject()));
    }

    private @Nullable KeyBudget budget(String subject) {
        if (limits.equals(KeyLimits.NONE)) {
            return null;
        }
        synchronized (budgets) {
            return budgets.computeIfAbsent(subject, unknown -> new KeyBudget(limits, meter));
        }
    }

    /// Without blanks and short: it stands in one line of a log.
    private static String printable(String subject) {
        String plain = subject.replaceAll("[^\\x21-\\x7e]", "?");
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
    }
}
