package dev.stethos.security.oidc;

import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Whose tokens are accepted beside API keys. Nobody's without an issuer.
public interface OidcConfig {
    /// The issuer's identifier, to the letter as tokens have it. `https`, or a loopback address.
    Optional<URI> issuer();

    /// A token must name one of these. Needed with an issuer.
    Optional<List<String>> audience();

    /// The claim that holds a token's roles: a list, or text with blanks between. `a.b` is the
    /// claim of that name or else `b` inside of `a`.
    @WithDefault("roles")
    String rolesClaim();

    /// What the issuer calls the role `app`.
    @WithDefault("app")
    String appRole();

    /// What the issuer calls the role `evaluator`.
    @WithDefault("evaluator")
    String evaluatorRole();

    /// What the issuer calls the role `admin`.
    @WithDefault("admin")
    String adminRole();

    /// How far the issuer's clock and this one may be apart.
    @WithDefault("30s")
    Duration clockSkew();

    /// How long the issuer's signing keys are used before they are asked for again. A token with an
    /// unknown key asks at once.
    @WithDefault("10m")
    Duration refresh();

    /// How much each subject may ask for in a minute; any number where nothing is set.
    OptionalLong requestsPerMinute();

    /// How many tokens each subject may have read and made in a minute.
    OptionalLong tokensPerMinute();
}
