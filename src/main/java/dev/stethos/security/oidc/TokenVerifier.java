package dev.stethos.security.oidc;

import dev.stethos.security.oidc.TokenRefusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.InvalidAlgorithmException;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/// Tells whether a JWT is one of the issuer's, signed with one of its public keys, for this
/// audience and valid now. Nothing that a token says about where keys are is believed. [RFC
/// 7519](https://www.rfc-editor.org/rfc/rfc7519), [RFC
/// 8725](https://www.rfc-editor.org/rfc/rfc8725)
public final class TokenVerifier {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern FORM = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]*");
    private static final AlgorithmConstraints ALGORITHMS =
            new AlgorithmConstraints(
                    ConstraintType.PERMIT,
                    AlgorithmIdentifiers.RSA_USING_SHA256,
                    AlgorithmIdentifiers.RSA_USING_SHA384,
                    AlgorithmIdentifiers.RSA_USING_SHA512,
                    AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                    AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
                    AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
                    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                    AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
                    AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
                    AlgorithmIdentifiers.EDDSA);

    private final String issuer;
    private final String[] audience;
    private final String rolesClaim;
    private final Duration clockSkew;
    private final InstantSource clock;
    private final IssuerKeys keys;

    private TokenVerifier(URI issuer, OidcConfig config, InstantSource clock, IssuerKeys keys) {
        this.issuer = issuer.toString();
        this.audience = config.audience().orElse(List.of()).toArray(String[]::new);
        this.rolesClaim = config.rolesClaim();
        this.clockSkew = config.clockSkew();
        this.clock = clock;
        this.keys = keys;
        if (audience.length == 0) {
            throw new IllegalArgumentException(
                    "stethos.security.oidc.audience: nothing was given, with an issuer it is required");
        }
    }

    /// Connects to nobody before the first token comes.
    public static TokenVerifier of(URI issuer, OidcConfig config, InstantSource clock) {
        IssuerDocuments documents = new IssuerDocuments(issuer, TIMEOUT);
        return new TokenVerifier(
                issuer,
                config,
                clock,
                new IssuerKeys(documents::signingKeys, config.refresh(), clock));
    }

    /// Whether a credential has the form of a JWT, which no API key has.
    public static boolean isToken(String credential) {
        return FORM.matcher(credential).matches();
    }

    /// Fails with [TokenRefusal] or [IssuerUnavailableException]; at once, unless the signing keys
    /// have to be asked for.
    public CompletableFuture<VerifiedToken> verify(String token) {
        try {
            requireAlgorithm(token);
            List<JsonWebKey> known = keys.known();
            if (!known.isEmpty()) {
                return CompletableFuture.completedFuture(verify(token, known));
            }
        } catch (TokenRefusal refusal) {
            if (refusal.reason() != Reason.UNKNOWN_KEY) {
                return CompletableFuture.failedFuture(refusal);
            }
        }
        return keys.latest().thenApply(latest -> verify(token, latest));
    }

    /// Before any key is looked for: a public key must never serve as a shared secret.
    private static void requireAlgorithm(String token) {
        try {
            if (!(JsonWebStructure.fromCompactSerialization(token)
                    instanceof JsonWebSignature jws)) {
                throw new TokenRefusal(Reason.MALFORMED);
            }
            ALGORITHMS.checkConstraint(String.valueOf(jws.getAlgorithmHeaderValue()));
        } catch (InvalidAlgorithmException e) {
            throw new TokenRefusal(Reason.ALGORITHM);
        } catch (JoseException e) {
            throw new TokenRefusal(Reason.MALFORMED);
        }
    }

    private VerifiedToken verify(String token, List<JsonWebKey> with) {
        try {
            JwtClaims claims =
                    new JwtConsumerBuilder()
                            .setVerificationKeyResolver(new JwksVerificationKeyResolver(with))
                            .setJwsAlgorithmConstraints(ALGORITHMS)
                            .setExpectedIssuer(issuer)
                            .setExpectedAudience(audience)
                            .setRequireExpirationTime()
                            .setRequireSubject()
                            .setEvaluationTime(
                                    NumericDate.fromMilliseconds(clock.instant().toEpochMilli()))
                            .setAllowedClockSkewInSeconds(Math.toIntExact(clockSkew.toSeconds()))
                            .build()
                            .processToClaims(token);
            return new VerifiedToken(claims.getSubject(), roles(claims));
        } catch (InvalidJwtException e) {
            throw new TokenRefusal(reason(e));
        } catch (MalformedClaimException e) {
            throw new TokenRefusal(Reason.MALFORMED);
        }
    }

    private static Reason reason(InvalidJwtException problem) {
        if (problem.getCause() instanceof UnresolvableKeyException) {
            return Reason.UNKNOWN_KEY;
        }
        if (problem.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)) {
            return Reason.SIGNATURE;
        }
        if (problem.hasErrorCode(ErrorCodes.ISSUER_INVALID)) {
            return Reason.ISSUER;
        }
        if (problem.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)) {
            return Reason.AUDIENCE;
        }
        if (problem.hasErrorCode(ErrorCodes.EXPIRED)) {
            return Reason.EXPIRED;
        }
        return problem.hasErrorCode(ErrorCodes.NOT_YET_VALID)
                ? Reason.NOT_YET_VALID
                : Reason.MALFORMED;
    }

    private Set<String> roles(JwtClaims claims) {
        Map<String, Object> all = claims.getClaimsMap();
        Object found = all.get(rolesClaim);
        if (found == null) {
            found = all;
            for (String step : rolesClaim.split("\\.", -1)) {
                found = found instanceof Map<?, ?> object ? object.get(step) : null;
            }
        }
        Set<String> roles = new LinkedHashSet<>();
        if (found instanceof List<?> list) {
            list.forEach(role -> add(roles, role));
        } else if (found instanceof String text) {
            roles.addAll(List.of(text.split(" ")));
        }
        return roles;
    }

    private static void add(Set<String> roles, Object role) {
        if (role instanceof String text) {
            boolean _ = roles.add(text);
        }
    }
}
