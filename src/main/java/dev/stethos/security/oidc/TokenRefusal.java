package dev.stethos.security.oidc;

/// A token that is not accepted. The message says why and holds nothing of the token.
public final class TokenRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// The first thing that is wrong with a token.
    public enum Reason {
        MALFORMED("it is not a signed JWT with the claims iss, sub, aud and exp"),
        ALGORITHM("its algorithm is not one of RS256 to 512, PS256 to 512, ES256 to 512 and EdDSA"),
        UNKNOWN_KEY("the issuer has no such signing key"),
        SIGNATURE("its signature is not the issuer's"),
        ISSUER("it is from another issuer"),
        AUDIENCE("it is for another audience"),
        EXPIRED("it has expired"),
        NOT_YET_VALID("it is not valid yet");

        private final String meaning;

        Reason(String meaning) {
            this.meaning = meaning;
        }
    }

    TokenRefusal(Reason reason) {
        super("the token given was refused: " + reason.meaning);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
